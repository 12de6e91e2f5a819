"""The stages from locator to Parquet, the Beam wiring and the command line."""
