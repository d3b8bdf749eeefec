"""Tests of cmplt.domain."""
