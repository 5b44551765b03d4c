//! The word that was probably meant.

/// The candidate that is nearest to `word`, if it is near enough to be what was meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |s: &str| s.to_lowercase().replace('_', "-").chars().take(64).collect::<Vec<char>>();
    let wanted = plain(word);
    let limit = (wanted.len() / 3).max(2);
    candidates
        .into_iter()
        .map(|c| (distance(&wanted, &plain(c)), c))
        .filter(|(d, c)| *d <= limit && *d < c.chars().count())
        .min()
        .map(|(_, c)| c)
}

/// Edits (insert, delete, replace, swap of neighbours) from one word to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut earlier = vec![0; b.len() + 1];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            next[j + 1] = (row[j] + usize::from(x != y)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                next[j + 1] = next[j + 1].min(earlier[j - 1] + 1);
            }
        }
        earlier = row;
        row = next;
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_a_stranger_is_not() {
        let known = ["window_days", "warn_days", "points", "id"];
        assert_eq!(nearest("windowdays", known), Some("window_days"));
        assert_eq!(nearest("piont", known), Some("points"));
        assert_eq!(nearest("WARN-DAYS", known), Some("warn_days"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("xy", known), None);
    }
}
