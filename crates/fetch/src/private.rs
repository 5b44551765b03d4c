//! Which addresses are nobody's public website.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Is `ip` anything but an ordinary public address?
///
/// Private here is whatever the registries of special-purpose addresses (RFC 6890 and its successors) do not give to the
/// public internet: own machine, private and shared networks, link-local, multicast, documentation, benchmarks, reserved.
/// An IPv6 address that carries an IPv4 address (mapped, translated, NAT64, 6to4) is judged by what it carries. Of IPv6
/// only `2000::/3` is given out at all, so everything else is private.
#[must_use]
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => carried(ip).map_or_else(|| is_private_v6(ip), is_private_v4),
    }
}

/// Special-purpose IPv4 networks: network and prefix length.
const SPECIAL_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_private_v4(ip: Ipv4Addr) -> bool {
    SPECIAL_V4.iter().any(|(net, bits)| (ip.to_bits() ^ u32::from_be_bytes(*net)) >> (32 - bits) == 0)
}

/// Special-purpose networks within `2000::/3`: first two groups and prefix length (IETF protocols with Teredo and
/// ORCHID, documentation twice).
const SPECIAL_V6: [([u16; 2], u32); 3] = [([0x2001, 0], 23), ([0x2001, 0x0db8], 32), ([0x3fff, 0], 20)];

fn is_private_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let head = join(a, b);
    a >> 13 != 1 || SPECIAL_V6.iter().any(|([x, y], bits)| (head ^ join(*x, *y)) >> (32 - bits) == 0)
}

/// The IPv4 address at which packets for `ip` would arrive in the end.
fn carried(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high, low| Some(Ipv4Addr::from_bits(join(high, low)));
    match ip.segments() {
        // Mapped (::ffff:a.b.c.d), and translated (::ffff:0:a.b.c.d, RFC 2765).
        [0, 0, 0, 0, 0, 0xffff, g, h] | [0, 0, 0, 0, 0xffff, 0, g, h] => v4(g, h),
        // NAT64 (RFC 6052).
        [0x64, 0xff9b, 0, 0, 0, 0, g, h] => v4(g, h),
        // 6to4 (RFC 3056).
        [0x2002, b, c, ..] => v4(b, c),
        _ => None,
    }
}

fn join(high: u16, low: u16) -> u32 {
    (u32::from(high) << 16) | u32::from(low)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn private(ip: &str) -> bool {
        is_private(ip.parse().unwrap())
    }

    #[test]
    fn special_addresses_are_private() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(private(ip), "{ip}");
        }
        for ip in [
            "::",
            "::1",
            "::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(private(ip), "{ip}");
        }
    }

    #[test]
    fn a_private_address_in_disguise_is_private() {
        for ip in [
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2002:a00:1:ffff::1",
        ] {
            assert!(private(ip), "{ip}");
        }
    }

    #[test]
    fn public_addresses_are_not() {
        for ip in [
            "1.0.0.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "114.114.114.114",
            "2400:3200::1",
            "2001:200::1",
            "2001:db9::1",
            "240e::1",
            "3fff:1000::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(!private(ip), "{ip}");
        }
    }

    proptest! {
        #[test]
        fn no_disguise_changes_the_verdict(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = v4.octets();
            let nat64 = Ipv6Addr::from_bits((0x64_ff9b_u128 << 96) | u128::from(bits));
            let six_to_four = Ipv6Addr::new(0x2002, u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]), 1, 2, 3, 4, 5);
            for v6 in [v4.to_ipv6_mapped(), nat64, six_to_four] {
                prop_assert_eq!(is_private(v6.into()), is_private(v4.into()));
            }
        }

        #[test]
        fn what_the_standard_library_calls_private_is_private(bits: u32) {
            let ip = Ipv4Addr::from_bits(bits);
            let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
                || ip.is_broadcast() || ip.is_documentation() || ip.is_unspecified();
            prop_assert!(!special || is_private(ip.into()));
        }
    }
}
