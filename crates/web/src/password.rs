//! Passwords and tokens. Neither is ever stored or logged in clear.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};

/// The fewest characters of a password that a person chooses.
pub const SHORTEST: usize = 10;

/// More is no password but an attempt to keep the machine busy.
const LONGEST: usize = 256;

/// Why a password is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too short or too long.
    #[error("密码须为 {SHORTEST} 至 256 个字符")]
    Length,
    /// It contains the account's name, or is one character over and over.
    #[error("密码不能包含账号名，也不能只由一两个字符重复而成")]
    Guessable,
}

/// Is this a password that may be chosen?
///
/// # Errors
/// Why not.
pub fn acceptable(password: &str, account: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(Weak::Length);
    }
    let mut kinds: Vec<char> = password.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let named = password.to_ascii_lowercase().contains(&account.to_ascii_lowercase());
    if named || kinds.len() < 4 { Err(Weak::Guessable) } else { Ok(()) }
}

/// The argon2id string of a password. It takes a core for some tens of milliseconds: not to be called where others wait.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn hash(password: &str) -> Result<String, password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Does the password fit the argon2id string? Without a string the same work is done, so that the time does not tell
/// whether there is such an account.
#[must_use]
pub fn fits(password: &str, hashed: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let known = hashed.is_some();
    let right = PasswordHash::new(hashed.unwrap_or(NOBODY)).is_ok_and(|h| {
        password.len() <= 4 * LONGEST && Argon2::default().verify_password(password.as_bytes(), &h).is_ok()
    });
    right && known
}

/// A secret of 256 random bits, in letters and digits.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn token() -> Result<String, password_hash::Error> {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in random()?.into_iter().chain(random()?) {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// A password that a machine makes and a person reads out: no two letters of it look alike.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn generated() -> Result<String, password_hash::Error> {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let bytes = random()?;
    let letters: Vec<char> = bytes.iter().map(|b| LETTERS[usize::from(*b) % LETTERS.len()] as char).collect();
    Ok(letters.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

fn random() -> Result<[u8; 16], password_hash::Error> {
    password_hash::try_generate_salt().map_err(|_| password_hash::Error::Crypto)
}

/// What is kept of a token.
#[must_use]
pub fn fingerprint(token: &str) -> String {
    store::fingerprint(token.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_string_only_and_each_string_has_its_own_salt() {
        let (a, b) = (hash("正确 horse battery").unwrap(), hash("正确 horse battery").unwrap());
        assert!(a.starts_with("$argon2id$v=19$") && a != b);
        assert!(fits("正确 horse battery", Some(&a)) && fits("正确 horse battery", Some(&b)));
        assert!(!fits("正确 horse batter", Some(&a)));
        assert!(!fits("", None) && !fits("x", Some("nonsense")));
    }

    #[test]
    fn what_stands_for_nobody_is_a_whole_argon2id_string_of_the_usual_cost() {
        let real = hash("x").unwrap();
        let cost = |h: &str| h.split('$').nth(3).unwrap().to_owned();
        assert_eq!(cost(&real), "m=19456,t=2,p=1");
        assert!(!fits("x", None));
    }

    #[test]
    fn short_named_and_monotonous_passwords_are_refused() {
        assert_eq!(acceptable("short", "li"), Err(Weak::Length));
        assert_eq!(acceptable("my-Zhangsan-1", "zhangsan"), Err(Weak::Guessable));
        assert_eq!(acceptable("aaaaaaaaaaaa", "li"), Err(Weak::Guessable));
        assert_eq!(acceptable("政务公开二〇二六年的办公室", "li"), Ok(()));
    }

    #[test]
    fn tokens_are_long_and_never_twice_the_same() {
        let (a, b) = (token().unwrap(), token().unwrap());
        assert!(a.len() == 64 && a != b && fingerprint(&a) != a);
        assert_eq!(generated().unwrap().len(), 19);
    }
}
