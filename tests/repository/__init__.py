"""Tests of cmplt.repository."""
