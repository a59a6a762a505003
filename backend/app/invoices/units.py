"""Units of quantity (BT-130): the codes of UN/ECE Recommendation 20 that invoices here may use."""

from enum import StrEnum


class UnitCode(StrEnum):
    PIECE = "C62"
    HOUR = "HUR"
    DAY = "DAY"
    WEEK = "WEE"
    MONTH = "MON"
    YEAR = "ANN"
    MINUTE = "MIN"
    KILOGRAM = "KGM"
    GRAM = "GRM"
    TONNE = "TNE"
    METRE = "MTR"
    KILOMETRE = "KMT"
    SQUARE_METRE = "MTK"
    CUBIC_METRE = "MTQ"
    LITRE = "LTR"
    KILOWATT_HOUR = "KWH"
    SET = "SET"
    LUMP_SUM = "LS"


UNIT_LABELS: dict[UnitCode, str] = {
    UnitCode.PIECE: "pcs",
    UnitCode.HOUR: "h",
    UnitCode.DAY: "days",
    UnitCode.WEEK: "weeks",
    UnitCode.MONTH: "months",
    UnitCode.YEAR: "years",
    UnitCode.MINUTE: "min",
    UnitCode.KILOGRAM: "kg",
    UnitCode.GRAM: "g",
    UnitCode.TONNE: "t",
    UnitCode.METRE: "m",
    UnitCode.KILOMETRE: "km",
    UnitCode.SQUARE_METRE: "m²",
    UnitCode.CUBIC_METRE: "m³",
    UnitCode.LITRE: "l",
    UnitCode.KILOWATT_HOUR: "kWh",
    UnitCode.SET: "sets",
    UnitCode.LUMP_SUM: "lump sum",
}


def unit_label(code: str) -> str:
    """Return what the document prints; a code from elsewhere prints as it is."""
    try:
        return UNIT_LABELS[UnitCode(code)]
    except ValueError:
        return code
