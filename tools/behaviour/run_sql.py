"""run_sql: the model's own SQL, guarded, run apart, and told in rows."""

from tools.behaviour.sql.answer import result
from tools.behaviour.sql.complaints import complaint
from tools.behaviour.sql.guard import check
from tools.behaviour.sql.runner import Failure, runner
from tools.context import ToolContext
from tools.contract import RunSql
from tools.result import ToolError, ToolResult


def run_sql(context: ToolContext, args: RunSql) -> ToolResult:
    """One SELECT over the shop's tables. Raises ToolError, in one sentence, for all it cannot or may not do."""
    warehouse = context.shop.warehouse
    with warehouse.pinned():
        facts, insights = warehouse.facts_file, warehouse.insights_file
        if facts is None:
            raise ToolError(
                "run_sql needs the shop's own files and WINBACK_WAREHOUSE is set; ask query_metric instead."
            )
        statement = check(args.sql, context.shop.as_of)
        for table in sorted(statement.tables):
            warehouse.table(table)
    answer = runner().run(statement.sql, facts, insights)
    if isinstance(answer, Failure):
        raise complaint(answer, statement)
    return result(answer, statement, context.shop.currency)
