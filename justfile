# Short names for what is done often. `just` is a convenience; nothing needs it.

# the whole gate
ci:
    .ci/run

# the story on a simulated district
demo *ARGS:
    cargo run --release -- demo {{ARGS}}

test:
    cargo test --workspace

fmt:
    cargo fmt --all

lint:
    cargo clippy --workspace --all-targets -- -D warnings

# write the offline data of the compile-checked SQL anew after a change of a query or migration
sqlx:
    .ci/sqlx

# CPU seconds and memory of a cold, a warm and a 5 %-changed round
bench:
    cargo bench -p duban
