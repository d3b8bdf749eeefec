"""Tests of cmplt.commands."""
