"""The command line: make the demo, load and check files, ask questions, list snapshots and go back."""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from insight.catalog import CatalogError, list_questions, read_question
from insight.company import Finding
from insight.store import StoreError, find_store

if TYPE_CHECKING:
    from insight.intake import Intake

HELP = """\
Channel Insight from the command line.

  python -m insight demo                       make the demo company and publish it
  python -m insight template my.xlsx           an empty workbook to fill, every column explained
  python -m insight check my.xlsx              say what would be refused and why; publish nothing
  python -m insight load my.xlsx               load it and publish a snapshot
  python -m insight load sales.csv --mapping my.toml
                                               a foreign file: the mapping says how it becomes the model
  python -m insight ask overview/totals        answer a named question without the screen
  python -m insight backtest                   how projections of the period's end did on the past, by level
  python -m insight calibrate                  how well the engine of effects reads effects that are known
  python -m insight snapshots                  what was published; rollback ID goes back to one

The store is the folder INSIGHT_STORE names, or data/store. How to write a mapping: data/README.md.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 only when it did what was asked."""
    warnings.filterwarnings("ignore", category=UserWarning)
    parser = make_parser()
    given, given_rest = parser.parse_known_args(arguments)
    # 'ask' takes the parameters of whatever question it is asked, so its unknown options are read there
    if given_rest and getattr(given, "run", None) is not run_ask:
        parser.error(f"unrecognized arguments: {' '.join(given_rest)}")
    given.rest = given_rest
    if not hasattr(given, "run"):
        parser.print_help()
        return 2
    from insight.intake import IntakeError
    from insight.publish import PublishError
    from insight.warehouse import QuestionError, SnapshotOutdated

    try:
        return int(given.run(given))
    except (StoreError, IntakeError, PublishError, CatalogError, QuestionError, SnapshotOutdated) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("stopped; nothing was published", file=sys.stderr)
        return 130


def make_parser() -> argparse.ArgumentParser:
    """The commands with their options."""
    parser = argparse.ArgumentParser(
        prog="python -m insight", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    demo = commands.add_parser(
        "demo",
        help="make a synthetic company and publish it",
        description="Make a synthetic company of 36 months and publish it. "
        "The same seed gives the same data on every machine.",
    )
    demo.add_argument("--scenario", default="ivd", help="which company (default ivd: in-vitro diagnostics)")
    demo.add_argument("--seed", type=int, default=7, help="which of many like it (default 7)")
    demo.add_argument(
        "--size",
        default="small",
        choices=("small", "medium", "large"),
        help="small: 1,500 terminals, 400,000 lines; medium: 2,000; large: 100,000 terminals",
    )
    demo.set_defaults(run=run_demo)

    for name, run, text in (
        ("load", run_load, "load files and publish a snapshot"),
        ("check", run_check, "say what a load would refuse; publish nothing"),
    ):
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text.capitalize()}. Sources are CSV, XLSX, XLS or Parquet files (also .gz), or folders of "
            "them. Without a mapping a file's or sheet's name is the table's name. Every load publishes everything, so "
            "name all files each time; a workbook of refused rows that you have mended goes beside them.",
        )
        command.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a file or a folder")
        command.add_argument(
            "--mapping",
            help="a TOML file, or the name of a shipped one: pharma_foresight, adventureworks_reseller_targets",
        )
        command.add_argument(
            "--refused",
            type=Path,
            default=None,
            metavar="FILE.xlsx",
            help="where to save the refused rows (default refused-<time>.xlsx in this folder)",
        )
        if name == "load":
            command.add_argument("--strict", action="store_true", help="publish nothing if any row is refused")
        command.set_defaults(run=run)

    template = commands.add_parser("template", help="write an empty workbook: a sheet a table, each column explained")
    template.add_argument("file", type=Path, metavar="FILE.xlsx")
    template.set_defaults(run=run_template)

    ask = commands.add_parser(
        "ask",
        help="answer a named question of queries/",
        description="Answer a named question. Every parameter of the question is an option (--territories JS,HN); the "
        "filters of the screen work too: --period ytd|qtd|mtd|last_month|last_quarter|r12|last_year|all|custom, "
        "--from 2026-01, --to 2026-06, --cmp ly|pp|plan. Lists are separated by commas.",
    )
    ask.add_argument("query", nargs="?", help="the question's name, such as overview/totals")
    ask.add_argument("--list", action="store_true", help="name all questions with purpose and parameters")
    ask.add_argument("--format", default="table", choices=("table", "csv", "json", "parquet"))
    ask.add_argument("--output", type=Path, help="write to a file (needed for parquet)")
    ask.add_argument("--language", default="en", choices=("en", "zh"), help="language of names")
    ask.set_defaults(run=run_ask)

    backtest = commands.add_parser(
        "backtest",
        help="test the projections of the period's end on the past",
        description="Project as of every earlier month, knowing only what was known then, and print for each level the "
        "error against last year's months and the last month, and how often the 80% range held what came.",
    )
    backtest.add_argument(
        "--levels", default="", help="of territory,distributor,rep,product_line (default all; managers come with rep)"
    )
    backtest.add_argument("--origins", type=int, default=24, help="months projected from, the latest (default 24)")
    backtest.add_argument("--horizon", default="month", choices=("month", "quarter", "year"), help="default month")
    backtest.add_argument("--store", type=Path, help="another store than INSIGHT_STORE names")
    backtest.set_defaults(run=run_backtest)

    calibrate = commands.add_parser(
        "calibrate",
        help="test the engine of effects on made-up companies with known effects",
        description="Run the engine on made-up companies in which the true effect of every activity is known, and "
        "print bias, coverage, false alarms and power beside the methods that fail there, then every bar, met or not. "
        "Ends with 1 where a bar is missed.",
    )
    calibrate.add_argument("--full", action="store_true", help="twelve companies a scenario and the bars themselves")
    calibrate.add_argument("--seeds", type=int, help="companies a scenario (default 4; 12 with --full)")
    calibrate.add_argument("--first-seed", type=int, default=101, help="the first one's seed (default 101)")
    calibrate.add_argument("--scenarios", default="", help="some of them, separated by commas (default all)")
    calibrate.add_argument("--write", action="store_true", help="keep the result for the activities page")
    calibrate.set_defaults(run=run_calibrate)

    snapshots = commands.add_parser("snapshots", help="list what was published, newest first")
    snapshots.set_defaults(run=run_snapshots)
    rollback = commands.add_parser("rollback", help="make an earlier snapshot current again")
    rollback.add_argument("id", help="the snapshot's number, such as 000003")
    rollback.set_defaults(run=run_rollback)
    return parser


def run_demo(given: argparse.Namespace) -> int:
    """Make the demo company and publish it."""
    from insight.demo import make_company
    from insight.publish import publish

    say = make_progress()
    say(f"inventing the {given.size} company (scenario {given.scenario}, seed {given.seed})")
    company, _ = make_company(given.scenario, given.seed, given.size)
    snapshot = publish(company, find_store(), say)
    lines = company.tables["flows"].num_rows
    print(f"Published snapshot {snapshot.id} in {find_store()}: {lines:,} shipment lines. Now: streamlit run app.py")
    return 0


def run_load(given: argparse.Namespace) -> int:
    """Load files and publish them."""
    from insight.publish import publish

    say = make_progress()
    intake = _read(given, say)
    if intake.refused.num_rows and given.strict:
        print("Nothing was published: rows were refused and --strict was given.", file=sys.stderr)
        return 1
    if intake.company is None:
        print("Nothing was published: no usable company came out of these files.", file=sys.stderr)
        return 1
    set_aside = tuple(
        Finding("refused", count.table, "rows refused and set aside", count.refused)
        for count in intake.counts
        if count.refused
    )
    company = replace(intake.company, findings=(*intake.company.findings, *set_aside))
    snapshot = publish(company, find_store(), say)
    print(f"Published snapshot {snapshot.id} in {find_store()}. Now: streamlit run app.py")
    return 0


def run_check(given: argparse.Namespace) -> int:
    """Say what a load would refuse; publish nothing."""
    intake = _read(given, make_progress())
    usable = intake.company is not None
    print("Nothing was published: this was a check." + ("" if usable else " These files cannot be loaded as they are."))
    return 0 if usable and not intake.refused.num_rows else 1


def _read(given: argparse.Namespace, say: Callable[[str], None]) -> Intake:
    from insight.intake import IntakeError, describe_intake, find_mapping, read_company

    mapping = None if given.mapping is None else find_mapping(given.mapping)
    try:
        intake = read_company(given.sources, mapping, say)
    except IntakeError as problem:
        if problem.intake is not None:
            _save_refused(problem.intake, given.refused)
        raise
    print(describe_intake(intake))
    if intake.refused.num_rows:
        _save_refused(intake, given.refused)
    return intake


def _save_refused(intake: Intake, path: Path | None) -> None:
    from insight.intake import write_refusals

    path = path or Path(f"refused-{time.strftime('%Y%m%d-%H%M%S')}.xlsx")
    write_refusals(intake, path)
    print(
        f"The refused rows are in {path}, each with its problem and how to mend it.\n"
        f"Mend them there and name it beside your files, or mend your files; then load again."
    )


def run_template(given: argparse.Namespace) -> int:
    """Write the template."""
    from insight.intake import write_template

    write_template(given.file)
    print(f"Wrote {given.file}. Fill it, then: python -m insight load {given.file}")
    return 0


def run_ask(given: argparse.Namespace) -> int:
    """Answer a question, or list them."""
    from insight.asking import answer, write_answer

    if given.list or given.query is None:
        for name in list_questions():
            if name.split("/")[0] not in ("schema", "marts", "derived"):
                question = read_question(name)
                print(f"{name}\n    {question.purpose}\n    parameters: {', '.join(question.parameters) or 'none'}")
        return 0
    table = answer(find_store(), given.query, given.rest, given.language)
    write_answer(table, given.format, given.output)
    return 0


def run_backtest(given: argparse.Namespace) -> int:
    """Print how projections did; 1 where there is too little history to make any."""
    from insight.access import EVERYTHING
    from insight.backtesting import HORIZONS, LEVELS, NoHistoryError, describe_backtest, run_backtest
    from insight.store import open_current
    from insight.warehouse import ask, open_warehouse

    levels = [name.strip() for name in given.levels.split(",") if name.strip()] or list(LEVELS)
    unknown = [name for name in levels if name not in LEVELS]
    if unknown or given.origins < 1:
        wrong = f"no level {unknown[0]!r}; known: {', '.join(LEVELS)}" if unknown else "--origins must be 1 or more"
        print(f"error: {wrong}", file=sys.stderr)
        return 2
    snapshot = open_current(given.store or find_store())
    warehouse = open_warehouse(snapshot.id, snapshot.path, snapshot.files, str(snapshot.record.get("contract", "")))
    try:
        table = run_backtest(
            lambda name, parameters: ask(warehouse, name, parameters, EVERYTHING),
            levels=levels,
            horizons=[HORIZONS[given.horizon]],
            origins=given.origins,
        )
    except NoHistoryError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    print(describe_backtest(table))
    return 0


def run_calibrate(given: argparse.Namespace) -> int:
    """Print how well the engine reads planted effects; 1 where a bar is missed."""
    from insight.calibration.report import RESULT, calibrate, describe_calibration, write_result
    from insight.calibration.simulation import SCENARIOS

    scenarios = [name.strip() for name in given.scenarios.split(",") if name.strip()]
    unknown = [name for name in scenarios if name not in SCENARIOS]
    if unknown or (given.seeds is not None and given.seeds < 1) or (scenarios and given.write):
        wrong = f"no scenario {unknown[0]!r}; known: {', '.join(SCENARIOS)}" if unknown else "--seeds must be 1 or more"
        wrong = "--write keeps all scenarios, not some" if scenarios and given.write and not unknown else wrong
        print(f"error: {wrong}", file=sys.stderr)
        return 2
    result = calibrate(scenarios, given.seeds, given.full, given.first_seed, make_progress())
    print(describe_calibration(result))
    if given.write:
        write_result(result)
        print(f"Kept in {RESULT}.")
    return 1 if result.missed else 0


def run_snapshots(_: argparse.Namespace) -> int:
    """List the snapshots."""
    from insight.store import list_snapshots

    snapshots = list_snapshots(find_store())
    if not snapshots:
        print(f"No snapshots in {find_store()}.")
    for snapshot in snapshots:
        mark = "current" if snapshot.is_current else ""
        rows = snapshot.record.get("rows", {})
        name = snapshot.record.get("workspace", {}).get("name", "")
        print(
            f"{snapshot.id}  {snapshot.published_at[:19].replace('T', ' ')}  {mark:7}  {name}  {rows.get('flows', 0):,} lines"
        )
    return 0


def run_rollback(given: argparse.Namespace) -> int:
    """Go back to an earlier snapshot."""
    from insight.store import roll_back

    snapshot = roll_back(find_store(), given.id)
    print(f"Snapshot {snapshot.id} is current again.")
    return 0


def make_progress() -> Callable[[str], None]:
    """Says each step with the seconds gone, on standard error."""
    start = time.monotonic()

    def say(step: str) -> None:
        print(f"[{time.monotonic() - start:5.1f} s] {step}", file=sys.stderr, flush=True)

    return say


if __name__ == "__main__":
    sys.exit(main())
