//! Exact points: hundredths in an integer, never floating point (halves exist in the table).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Points of the scoring table, exact to a hundredth. A deduction is negative, points earned are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Points = Points(0);

    /// Whole points.
    #[must_use]
    pub const fn whole(n: i64) -> Points {
        Points(n * 100)
    }
    /// From hundredths of a point.
    #[must_use]
    pub const fn from_hundredths(n: i64) -> Points {
        Points(n)
    }
    /// In hundredths of a point: the stored form.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }
    /// `n` times as much.
    #[must_use]
    pub const fn times(self, n: i64) -> Points {
        Points(self.0.saturating_mul(n))
    }
    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Points {
        Points(self.0.abs())
    }
    /// Is it a deduction?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
    /// With its sign in front, as the ledger prints it: `+0.5`, `−3`, `0`.
    #[must_use]
    pub fn signed(self) -> String {
        match self.0.signum() {
            1 => format!("+{self}"),
            -1 => format!("−{}", self.abs()),
            _ => "0".to_owned(),
        }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, n) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match (n / 100, n % 100) {
            (w, 0) => write!(f, "{sign}{w}"),
            (w, c) if c % 10 == 0 => write!(f, "{sign}{w}.{}", c / 10),
            (w, c) => write!(f, "{sign}{w}.{c:02}"),
        }
    }
}

/// Why a text holds no points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{0}」不是分值：应为数字，至多两位小数，例如 -3 或 0.5")]
pub struct PointsError(pub String);

impl FromStr for Points {
    type Err = PointsError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || PointsError(s.to_owned());
        let t = s.trim();
        let (negative, digits) = match t.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, t.strip_prefix('+').unwrap_or(t)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |p: &str, max| !p.is_empty() && p.len() <= max && p.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole, 9) || !plain(part, 2) {
            return Err(bad());
        }
        let w: i64 = whole.parse().map_err(|_| bad())?;
        let c: i64 = part.parse().map_err(|_| bad())?;
        let n = w * 100 + if part.len() == 1 { c * 10 } else { c };
        Ok(Points(if negative { -n } else { n }))
    }
}

impl Add for Points {
    type Output = Points;
    fn add(self, o: Points) -> Points {
        Points(self.0 + o.0)
    }
}
impl AddAssign for Points {
    fn add_assign(&mut self, o: Points) {
        self.0 += o.0;
    }
}
impl Sub for Points {
    type Output = Points;
    fn sub(self, o: Points) -> Points {
        Points(self.0 - o.0)
    }
}
impl Neg for Points {
    type Output = Points;
    fn neg(self) -> Points {
        Points(-self.0)
    }
}
impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(iter: I) -> Points {
        iter.fold(Points::ZERO, Add::add)
    }
}

/// As a JSON number (`-3`, `0.5`): exact, since hundredths below 2⁵³ print and read back unchanged.
impl Serialize for Points {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { s.serialize_i64(self.0 / 100) } else { s.serialize_f64(self.0 as f64 / 100.0) }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Decimal(f64),
            Text(String),
        }
        // The shortest text of a float is the text that was written, so the decimal is read exactly.
        let text = match Written::deserialize(d)? {
            Written::Whole(n) => n.to_string(),
            Written::Decimal(x) => x.to_string(),
            Written::Text(t) => t,
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_are_exact() {
        let half: Points = "0.5".parse().unwrap();
        assert_eq!(half + half, Points::whole(1));
        assert_eq!((half.times(3)).to_string(), "1.5");
        assert_eq!(Points::whole(-3).signed(), "−3");
        assert_eq!(half.signed(), "+0.5");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for s in ["", "three", "1.234", "1.", ".5", "--1", "1e3", "99999999999"] {
            assert!(s.parse::<Points>().is_err(), "{s}");
        }
    }

    proptest! {
        #[test]
        fn every_hundredth_survives_text_and_json(n in -10_000_000i64..10_000_000) {
            let p = Points::from_hundredths(n);
            prop_assert_eq!(p.to_string().parse::<Points>().unwrap(), p);
            let json = serde_json::to_string(&p).unwrap();
            prop_assert_eq!(serde_json::from_str::<Points>(&json).unwrap(), p);
        }
    }
}
