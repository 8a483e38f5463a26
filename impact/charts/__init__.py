"""Kernel: charts as matplotlib Figures, never pyplot. No database, no Flask, no clock."""
