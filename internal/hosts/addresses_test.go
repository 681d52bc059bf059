package hosts

import (
	"testing"

	. "github.com/onsi/gomega"
)

// Held from inside, because a public address can't be reached by a test.
func TestAddressesThatAreNotPublic(t *testing.T) {
	policy, err := NewPolicy(nil)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, tt := range []struct {
		name, address string
		public        bool
	}{
		{"IPv4", "203.0.114.7:443", true},
		{"IPv6", "[2606:4700::1111]:443", true},
		{"IPv4 written as IPv6", "[::ffff:203.0.114.7]:443", true},
		{"IPv4 behind a translator", "[64:ff9b::203.0.114.7]:443", true},
		{"just below the shared space", "100.63.255.255:443", true},
		{"just above the private one", "172.32.0.1:443", true},

		{"loopback", "127.0.0.1:443", false},
		{"all of it", "127.255.0.1:443", false},
		{"loopback in IPv6", "[::1]:443", false},
		{"loopback written as IPv6", "[::ffff:127.0.0.1]:443", false},
		{"loopback behind a translator", "[64:ff9b::127.0.0.1]:443", false},
		{"this machine", "0.0.0.0:443", false},
		{"this machine in IPv6", "[::]:443", false},
		{"this network", "0.1.2.3:443", false},
		{"private 10", "10.96.0.1:443", false},
		{"private 172", "172.16.0.1:443", false},
		{"private 192", "192.168.1.1:443", false},
		{"private in IPv6", "[fd00::1]:443", false},
		{"private behind a translator", "[64:ff9b::10.96.0.1]:443", false},
		{"behind a translator of the network's own", "[64:ff9b:1::10.96.0.1]:443", false},
		{"site-local", "[fec0::1]:443", false},
		{"link-local: metadata", "169.254.169.254:80", false},
		{"link-local in IPv6", "[fe80::1%eth0]:443", false},
		{"shared space: metadata of Alibaba", "100.100.100.200:80", false},
		{"platform address of Azure", "168.63.129.16:80", false},
		{"older metadata of Oracle", "192.0.0.192:80", false},
		{"benchmarks", "198.19.0.1:443", false},
		{"multicast", "224.0.0.1:443", false},
		{"reserved", "240.0.0.1:443", false},
		{"broadcast", "255.255.255.255:443", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := policy.checkAddress(tt.address)
			if tt.public {
				NewWithT(t).Expect(err).NotTo(HaveOccurred())
				return
			}
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring("is not a public address: if that is right, have the platform team add")))
		})
	}
}

func TestAllowedNetworksOpenTheirAddressesOnly(t *testing.T) {
	policy, err := NewPolicy([]string{"10.20.0.7/16", "fd00:1::/32", "fe80::/10"})
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	for address, ok := range map[string]bool{
		"10.20.255.1:443":              true,
		"[::ffff:10.20.0.1]:443":       true,
		"[64:ff9b::10.20.0.1]:443":     true,
		"[fd00:1::1]:443":              true,
		"[fe80::1%eth0]:443":           true,
		"10.21.0.1:443":                false,
		"[fd00:2::1]:443":              false,
		"nothing that is an address:1": false,
	} {
		if ok {
			g.Expect(policy.checkAddress(address)).To(Succeed(), address)
		} else {
			g.Expect(policy.checkAddress(address)).NotTo(Succeed(), address)
		}
	}
}
