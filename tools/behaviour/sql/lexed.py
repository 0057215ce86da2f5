"""What can be said of a statement before it is parsed: its size, its characters, its brackets and its literals."""

import re

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokens import Token, TokenType  # pyright: ignore[reportPrivateImportUsage]

from tools.behaviour.sql.limits import STATEMENT
from tools.behaviour.sql.refused import SqlRefused

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TEXTS = {TokenType.STRING, TokenType.IDENTIFIER}
_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_FOREIGN_TEXTS = {
    TokenType.RAW_STRING,
    TokenType.HEREDOC_STRING,
    TokenType.BYTE_STRING,
    TokenType.HEX_STRING,
    TokenType.BIT_STRING,
    TokenType.UNICODE_STRING,
    TokenType.NATIONAL_STRING,
}


def check_text(sql: str) -> None:
    """Raises SqlRefused; keeps what follows from meeting anything that costs the parser much."""
    if len(sql) > STATEMENT.characters:
        most = STATEMENT.characters
        raise SqlRefused(
            f"This SQL is {len(sql):,} characters long; at most {most:,} are allowed: ask for less at once."
        )
    if not sql.strip():
        raise SqlRefused("run_sql needs one SELECT statement.")
    if _CONTROL.search(sql):
        raise SqlRefused("This SQL holds control characters; write it in plain text.")
    depth = 0
    for token in DuckDB().tokenize(sql):
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > STATEMENT.brackets:
            raise SqlRefused("This SQL is nested too deeply; write it in fewer steps.")
        _check_literal(token)


def _check_literal(token: Token) -> None:
    if token.token_type in _FOREIGN_TEXTS:
        raise SqlRefused("Write texts in plain single quotes: 'text'.")
    if token.token_type in _TEXTS and len(token.text) > STATEMENT.text_characters:
        most = STATEMENT.text_characters
        raise SqlRefused(f"A text in this SQL is longer than {most} characters; compare with a shorter one.")
    if token.token_type is TokenType.NUMBER and len(token.text) > STATEMENT.number_characters:
        raise SqlRefused("A number in this SQL has too many digits; write a shorter one.")
