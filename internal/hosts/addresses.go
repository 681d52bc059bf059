package hosts

import (
	"fmt"
	"net/netip"
)

// inward are networks that netip counts as public, and that lead into a cloud, a cluster or a laboratory, or
// nowhere (IANA's registries of special-purpose addresses, and what the clouds' manuals say).
var inward = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),    // shared address space, used inside clouds and clusters
	netip.MustParsePrefix("168.63.129.16/32"), // the platform's own services in Azure
	netip.MustParsePrefix("192.0.0.0/24"),     // protocol assignments; an older metadata service of Oracle's cloud
	netip.MustParsePrefix("198.18.0.0/15"),    // benchmarks
	netip.MustParsePrefix("240.0.0.0/4"),      // reserved
	netip.MustParsePrefix("64:ff9b:1::/48"),   // translation to IPv4 by a rule of the network's own
	netip.MustParsePrefix("fec0::/10"),        // site-local, as it was
}

// nat64 is where an IPv6-only network reaches the IPv4 address that the last four bytes hold (RFC 6052).
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// checkAddress tells whether a connection may be made to an address that a name resolved to.
func (p *Policy) checkAddress(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %s: %w", address, err)
	}
	ip := at.Addr().Unmap().WithZone("")
	behind := translated(ip)
	for _, network := range p.networks {
		if network.Contains(ip) || network.Contains(behind) {
			return nil
		}
	}
	if !public(behind) {
		return fmt.Errorf("the host resolves to %s, which is not a public address: if that is right, have the platform team add the address or its network to --allowed-hosts", ip)
	}
	return nil
}

// translated gives the address at which a connection really ends.
func translated(ip netip.Addr) netip.Addr {
	if !nat64.Contains(ip) {
		return ip
	}
	bytes := ip.As16()
	return netip.AddrFrom4([4]byte(bytes[12:]))
}

func public(ip netip.Addr) bool {
	for _, network := range inward {
		if network.Contains(ip) {
			return false
		}
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate()
}
