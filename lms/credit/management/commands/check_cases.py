"""Run worked cases of the rules through the engine: an authority's own table, or the house's. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lms.credit.cases import BadCases, read_cases, run_cases

NO_FILE_OF_CASES = 2


class Command(BaseCommand):
    help = "Run a file of worked cases (YAML); a line for each that comes out otherwise, then how many passed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file of cases; lms/credit/cases says what stands in it")

    def handle(self, *args: object, file: str, **options: object) -> None:
        try:
            sections = read_cases(Path(file).read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"读不到 {file}：{error.strerror}。", returncode=NO_FILE_OF_CASES) from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} 不是 UTF-8 文本。", returncode=NO_FILE_OF_CASES) from None
        except BadCases as error:
            raise CommandError(str(error), returncode=NO_FILE_OF_CASES) from None
        passed = failed = 0
        for result in run_cases(sections):
            if result.problems:
                failed += 1
                self.stdout.write(f"{result.name}: {'; '.join(result.problems)}")
            else:
                passed += 1
        self.stdout.write(f"{passed} passed, {failed} failed")
        if failed:
            raise SystemExit(1)
