"""What a statement may be made of. Whatever is not named here is refused, now and in sqlglot's later versions.

Left out on purpose: functions that make much from little (repeat, lpad, range, format, list_resize), that read
files, settings or the clock, that differ from run to run (random, uuid), lambdas, macros and table functions.
"""

from sqlglot import exp

from store.warehouse.schema import FACTS, INSIGHTS

TABLES = {**FACTS, **INSIGHTS}

_CLAUSES: set[type[exp.Expr]] = {
    exp.Select, exp.Union, exp.Except, exp.Intersect, exp.With, exp.CTE, exp.Subquery, exp.From, exp.Join,
    exp.Where, exp.Group, exp.Cube, exp.Rollup, exp.GroupingSets, exp.Having, exp.Qualify, exp.Order,
    exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Window, exp.WindowSpec, exp.Filter, exp.IgnoreNulls,
    exp.RespectNulls, exp.WithinGroup, exp.Values, exp.Table, exp.TableAlias, exp.Fetch, exp.LimitOptions,
}  # fmt: skip

_VALUES: set[type[exp.Expr]] = {
    exp.Column, exp.Star, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Alias, exp.Paren, exp.Tuple,
    exp.Var, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Array, exp.Bracket, exp.Slice, exp.JSONPath,
    exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.JSONPathWildcard, exp.CurrentDate,
    exp.CurrentTimestamp, exp.Localtimestamp,
}  # fmt: skip

_OPERATORS: set[type[exp.Expr]] = {
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ,
    exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Exists, exp.Any, exp.All, exp.Like, exp.ILike,
    exp.SimilarTo, exp.Glob, exp.Escape, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow,
    exp.Neg, exp.DPipe, exp.Case, exp.If, exp.Cast, exp.TryCast, exp.Coalesce, exp.Nullif, exp.Greatest,
    exp.Least, exp.Xor,
}  # fmt: skip

_FUNCTIONS: set[type[exp.Expr]] = {
    # aggregates
    exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Mode, exp.Quantile, exp.PercentileCont,
    exp.PercentileDisc, exp.ApproxDistinct, exp.ApproxQuantile, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance,
    exp.VariancePop, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.RegrSlope, exp.RegrIntercept, exp.RegrR2,
    exp.LogicalAnd, exp.LogicalOr, exp.AnyValue, exp.First, exp.Last, exp.ArgMax, exp.ArgMin, exp.GroupConcat,
    exp.ArrayAgg, exp.Grouping,
    # windows
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead,
    exp.FirstValue, exp.LastValue, exp.NthValue,
    # numbers
    exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Trunc, exp.Sign, exp.Sqrt, exp.Exp, exp.Ln, exp.Log, exp.IsNan,
    # dates
    exp.DateTrunc, exp.TimestampTrunc, exp.DateDiff, exp.TimestampDiff, exp.DateAdd, exp.DateSub, exp.TsOrDsAdd,
    exp.Extract, exp.Year, exp.Quarter, exp.Month, exp.Week, exp.WeekOfYear, exp.Day, exp.DayOfMonth,
    exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.Hour, exp.Minute, exp.Second, exp.LastDay, exp.Dayname,
    exp.Monthname, exp.TimeToStr, exp.StrToTime, exp.StrToDate, exp.TimeToUnix, exp.DateFromParts,
    exp.TsOrDsToDate, exp.Date, exp.ToDays, exp.Timestamp, exp.DateBin, exp.TimestampFromParts,
    # text
    exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Substring, exp.Left, exp.Right, exp.StrPosition,
    exp.Contains, exp.StartsWith, exp.EndsWith, exp.SplitPart, exp.Concat, exp.ConcatWs, exp.Replace,
    exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace, exp.Split, exp.Reverse,
    # lists and JSON
    exp.ArrayContains, exp.ArraySize, exp.Explode, exp.JSONExtract, exp.JSONExtractScalar,
    exp.JSONArrayContains, exp.JSONKeys, exp.JSONType, exp.Typeof,
}  # fmt: skip

NODES = frozenset(_CLAUSES | _VALUES | _OPERATORS | _FUNCTIONS)

CLOCKS = frozenset("now get_current_timestamp transaction_timestamp current_localtimestamp".split())

UNTYPED_FUNCTIONS = CLOCKS | frozenset(
    "age date_part datepart date_sub datesub weekday isoyear yearweek to_months to_years to_weeks to_hours to_minutes "
    "to_seconds try_strptime strip_accents strlen prefix suffix json_array_length json_exists json_contains "
    "regexp_full_match product geomean mad sem kurtosis entropy isfinite even fdiv".split()
)

TYPES = frozenset(
    "BOOLEAN TINYINT SMALLINT INT BIGINT INT128 UTINYINT USMALLINT UINT UBIGINT FLOAT DOUBLE DECIMAL CHAR VARCHAR "
    "NCHAR NVARCHAR TEXT DATE TIME TIMESTAMP TIMESTAMPNTZ TIMESTAMP_S TIMESTAMP_MS DATETIME INTERVAL JSON ARRAY "
    "LIST".split()
)
