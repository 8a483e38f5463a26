"""Kernel: the detector of reversals. No database, no Flask, no clock, no configuration."""
