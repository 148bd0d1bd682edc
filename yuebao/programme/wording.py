"""A model's complaints about a definition, said in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import ErrorDetails

_SENTENCES: Mapping[str, str] = {
    "missing": "缺少“{name}”",
    "extra_forbidden": "不认识的键“{name}”",
    "string_type": "“{name}”应为文字（像数字或日期的文字请加引号）",
    "string_too_short": "“{name}”不能为空",
    "string_pattern_mismatch": "“{name}”写成了“{input}”，只能用小写字母、数字和下划线，字母开头",
    "decimal_type": "“{name}”应为数",
    "decimal_parsing": "“{name}”应为数，现为“{input}”",
    "finite_number": "“{name}”应为数，现为“{input}”",
    "int_type": "“{name}”应为整数",
    "int_parsing": "“{name}”应为整数，现为“{input}”",
    "int_from_float": "“{name}”应为整数，现为“{input}”",
    "bool_type": "“{name}”应为 true 或 false",
    "bool_parsing": "“{name}”应为 true 或 false，现为“{input}”",
    "date_type": "“{name}”应为日期，如 2023-12-31",
    "date_parsing": "“{name}”应为日期，如 2023-12-31，现为“{input}”",
    "date_from_datetime_parsing": "“{name}”应为日期，如 2023-12-31，现为“{input}”",
    "enum": "“{name}”写成了“{input}”，只能是 {expected}",
    "literal_error": "“{name}”写成了“{input}”，只能是 {expected}",
    "greater_than_equal": "“{name}”不能小于 {ge}，现为 {input}",
    "less_than_equal": "“{name}”不能大于 {le}，现为 {input}",
    "tuple_type": "“{name}”应为列表",
    "dict_type": "“{name}”应为键值对",
    "model_type": "“{name}”应为键值对",
    "model_attributes_type": "“{name}”应为键值对",
    "union_tag_invalid": "规则种类 kind 写成了“{tag}”，只能是 {expected_tags}",
    "union_tag_not_found": "规则缺少种类“kind”",
}


def complaint(error: ErrorDetails) -> str:
    """One Chinese sentence for one validation error; pydantic's own where we have none."""
    words = {"name": _name(error), "input": _shown(error["input"]), **error.get("ctx", {})}
    sentence = _SENTENCES.get(error["type"])
    if sentence is None:
        return f"“{words['name']}”：{error['msg']}"
    for word, text in words.items():
        sentence = sentence.replace("{" + word + "}", str(text).replace(" or ", " 或 "))
    return sentence


def _name(error: ErrorDetails) -> str:
    """The last key of the address, with its position where it is one of a list."""
    position = ""
    for step in reversed(error["loc"]):
        if isinstance(step, int):
            position = f" 第 {step + 1} 项"
        elif step != "[key]":
            return f"{step}{position}"
    return position.strip() or "整个文件"


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
