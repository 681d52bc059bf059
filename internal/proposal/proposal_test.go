package proposal_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/proposal"
)

func TestAName(t *testing.T) {
	for _, tt := range []struct{ exchange, folder, name string }{
		{"Project Heron", "/Contracts/Leases", "project-heron-leases"},
		{"Project Heron", "/", "project-heron"},
		{`  Projekt „Wolf“: A/B * 100% `, "/Verträge/2024", "projekt-wolf-a-b-100-2024"},
		{"…", "/", ""},
		{"a very long name of an exchange that goes on and on and on, and then", "/some more", "a-very-long-name-of-an-exchange-that-goes-on-and-on-and-on-and"},
	} {
		NewWithT(t).Expect(proposal.Name(tt.exchange, tt.folder)).To(Equal(tt.name))
	}
}

// TestADestination is one that the API server takes.
func TestADestination(t *testing.T) {
	for _, tt := range []struct{ exchange, folder, destination string }{
		{"Project Heron", "/", "/Project Heron"},
		{"Project Heron", "/Contracts/Leases", "/Project Heron/Contracts/Leases"},
		{`  Projekt „Wolf“: A/B * 100% `, "/Verträge/2024?", "/Projekt „Wolf“- A-B - 100%/Verträge/2024-"},
		{"/Heron/", "/", "/-Heron-"},
	} {
		NewWithT(t).Expect(proposal.Destination(tt.exchange, tt.folder)).To(Equal(tt.destination))
	}
}
