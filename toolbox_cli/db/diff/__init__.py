"""The SQL that brings a live schema to how it should be: written for review, never run here."""
