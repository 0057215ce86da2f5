"""The orders in each window, from the shop's tables and from reports, each once."""

from tools.offers.rewards.untyped import Frame, pd

ORDER = ["place", "order_id", "moment", "revenue", "margin", "redeemed"]


def bought(windows: Frame, facts: Frame, reported: Frame, share: float) -> Frame:
    """ORDER's columns, one row per window and order, by moment; what was given back is taken off.

    What the shop's tables say of an order counts, and what was reported of it only adds that its offer's code was
    used. A margin that was not reported is the customer's usual share of the revenue, or the shop's.
    """
    placed = _in_windows(windows, reported[reported["kind"] == "order"], share)
    codes = placed.loc[placed["redeemed"], ["place", "order_id"]].drop_duplicates()
    known = facts.merge(codes.assign(redeemed=True), how="left", on=["place", "order_id"])
    known["redeemed"] = known["redeemed"].eq(True)
    told = facts[["place", "order_id"]].assign(known=True)
    fresh = placed.merge(told, how="left", on=["place", "order_id"])
    fresh = fresh[fresh["known"].isna()]
    rows = pd.concat([known[known["completed"].astype(bool)][ORDER], fresh[ORDER]], ignore_index=True)
    rows = _less_refunds(rows, reported[reported["kind"] == "refund"])
    return rows.sort_values(["place", "moment", "order_id"], ignore_index=True)


def _in_windows(windows: Frame, reported: Frame, share: float) -> Frame:
    """Reported orders in each window of their customer, the first of each order."""
    keys = windows[["place", "customer_id", "decision_id", "at", "until", "usual_margin"]]
    rows = reported.rename(columns={"at": "moment", "decision_id": "claimed"}).merge(keys, on="customer_id")
    rows = rows[(rows["moment"] > rows["at"]) & (rows["moment"] <= rows["until"])]
    rows = rows[~(rows.duplicated(["place", "order_id"]) & rows["order_id"].notna())]
    revenue = rows["revenue"].fillna(0.0)
    usual = pd.to_numeric(rows["usual_margin"]).fillna(share)
    redeemed = rows["code"].notna() & (rows["claimed"] == rows["decision_id"])
    return rows.assign(revenue=revenue, margin=rows["margin"].fillna(revenue * usual), redeemed=redeemed)[ORDER]


def _less_refunds(rows: Frame, refunds: Frame) -> Frame:
    """Orders less what was given back of them, as margin in proportion unless reported; never below nothing."""
    named = refunds[refunds["order_id"].notna()]
    back = named.assign(whole=named["revenue"].isna(), given=named["revenue"].abs(), lost=named["margin"].abs())
    back = (
        back.groupby("order_id").agg(whole=("whole", "any"), given=("given", "sum"), lost=("lost", _sum)).reset_index()
    )
    rows = rows.merge(back, how="left", on="order_id")
    given = rows["given"].where(~rows["whole"].eq(True), rows["revenue"]).fillna(0.0).clip(upper=rows["revenue"])
    part = (given / rows["revenue"].where(rows["revenue"] > 0)).fillna(0.0)
    lost = rows["lost"].fillna(rows["margin"] * part)
    rows = rows.assign(revenue=rows["revenue"] - given, margin=rows["margin"] - lost)
    return rows[ORDER][~((part >= 1) & (given > 0))]


def _sum(column: Frame) -> float:
    """Unknown where any part is."""
    return float(column.sum(skipna=False))
