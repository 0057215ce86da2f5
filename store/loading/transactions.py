"""Telling a transaction log, a customer and a date on each line and no order number, from other single files."""

from store.loading.mapping import read_preset
from store.loading.words import header_for, normal

# Columns of reviews, browsing and customer lists: such files have a customer and a date as well.
_OTHERS = {
    *("rating", "stars", "reviewtext", "comment", "评论", "评分"),
    *("sessionid", "eventtype", "event", "action", "behavior", "behaviour"),
    *("signupat", "signupdate", "registrationdate", "joindate", "email", "phone", "birthdate"),
}


def is_transaction_log(headers: list[str]) -> bool:
    """Whether the preset `transactions` would read a file with these headers as what it is."""
    names = {normal(header) for header in headers}
    if names & _OTHERS:
        return False
    found = _found(headers)
    if not {"customer_id", "ordered_at"} <= found.keys():
        return False
    # Every table has a created_at: only beside what was bought is it an order's.
    bought = {"amount", "quantity", "unit_price", "product_id"} & found.keys()
    return bool(bought) or normal(found["ordered_at"]) not in ("createdat", "timestamp")


def _found(headers: list[str]) -> dict[str, str]:
    declared = read_preset("transactions").sources["lines"].columns
    return {name: header for name, field in declared.items() if (header := header_for(name, headers, field.aka))}
