"""A user's files to canonical tables: read, map, clean, check. Nothing is lost without a word."""

from insight.intake.mapping import find_mapping, list_mappings
from insight.intake.reading import read_company
from insight.intake.refusals import write_refusals
from insight.intake.report import ControlTotal, Count, Intake, IntakeError, OwnRows, Trouble
from insight.intake.summary import describe_intake
from insight.intake.template import write_template

__all__ = [
    "ControlTotal",
    "Count",
    "Intake",
    "IntakeError",
    "OwnRows",
    "Trouble",
    "describe_intake",
    "find_mapping",
    "list_mappings",
    "read_company",
    "write_refusals",
    "write_template",
]
