//! From findings and register entries to ledger lines and scorecards, exactly and with every step explained.
