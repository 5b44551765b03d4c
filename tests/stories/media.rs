//! Accounts that are asked of their platform, looked at by people, and read from several sources.
