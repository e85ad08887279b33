"""Reader of RSシステム's fifteen CSV files (事業年度 2024 and later), one package a form."""

from db.readers.rs_csv.reader import RsCsvReader

__all__ = ["RsCsvReader"]
