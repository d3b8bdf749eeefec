"""Tests of cmplt.output."""
