//! A network written as `10.0.0.0/8`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A range of addresses: an address and how many of its leading bits count. A single address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    first: IpAddr,
    bits: u8,
}

/// The text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{0}」不是网段：请写作 127.0.0.1/32、10.0.0.0/8 或 fd00::/8")]
pub struct CidrError(String);

impl Cidr {
    /// Is `ip` in the range? An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) is the same address.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.first, ip.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => mask4(ip, self.bits) == first,
            (IpAddr::V6(first), IpAddr::V6(ip)) => mask6(ip, self.bits) == first,
            _ => false,
        }
    }
}

fn mask4(ip: Ipv4Addr, bits: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
    Ipv4Addr::from_bits(ip.to_bits() & mask)
}

fn mask6(ip: Ipv6Addr, bits: u8) -> Ipv6Addr {
    let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
    Ipv6Addr::from_bits(ip.to_bits() & mask)
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || CidrError(s.to_owned());
        let (ip, bits) = match s.trim().split_once('/') {
            Some((ip, bits)) => (ip, Some(bits)),
            None => (s.trim(), None),
        };
        let ip: IpAddr = ip.parse().map_err(|_| bad())?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            // `u8::from_str` would take "+8" too.
            Some(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse().ok().filter(|bits| *bits <= most).ok_or_else(bad)?
            }
            Some(_) => return Err(bad()),
        };
        let first = match ip {
            IpAddr::V4(ip) => mask4(ip, bits).into(),
            IpAddr::V6(ip) => mask6(ip, bits).into(),
        };
        Ok(Cidr { first, bits })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl Serialize for Cidr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(cidr: &str, ip: &str) -> bool {
        cidr.parse::<Cidr>().unwrap().contains(ip.parse().unwrap())
    }

    #[test]
    fn a_range_holds_its_addresses_and_no_other() {
        for (cidr, ip, expected) in [
            ("127.0.0.1/32", "127.0.0.1", true),
            ("127.0.0.1/32", "127.0.0.2", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("10.1.2.3/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("10.0.0.0/8", "::ffff:10.9.9.9", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::/0", "2001:db8::1", true),
            ("::1/128", "::1", true),
        ] {
            assert_eq!(holds(cidr, ip), expected, "{cidr} {ip}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused_in_chinese() {
        for s in
            ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/-1", "localhost", "a/8"]
        {
            let said = s.parse::<Cidr>().unwrap_err().to_string();
            assert!(said.contains("网段") && said.contains(s), "{said}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(s in ".{0,40}") {
            let _ = s.parse::<Cidr>();
        }

        #[test]
        fn what_is_written_is_read_back(ip: u32, bits in 0u8..=32) {
            let cidr: Cidr = format!("{}/{bits}", Ipv4Addr::from_bits(ip)).parse().unwrap();
            prop_assert_eq!(cidr.to_string().parse::<Cidr>().unwrap(), cidr);
            prop_assert!(cidr.contains(Ipv4Addr::from_bits(ip).into()));
        }
    }
}
