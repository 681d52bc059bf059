package console

import (
	"testing"

	. "github.com/onsi/gomega"
)

// TestNextStaysInTheConsole: what stands in an address after a sign-in leads nowhere else.
func TestNextStaysInTheConsole(t *testing.T) {
	g := NewWithT(t)
	for _, next := range []string{"/console/syncs?q=a+b&group=running", "/console/integrations/deals/production"} {
		g.Expect(nextOf(next)).To(Equal(next))
	}
	for _, next := range []string{
		"", "/", "/consoles", "https://evil.example/console/syncs", "//evil.example/console/syncs", "/console/../evil", "/console/%2e%2e/evil",
		`/console/\evil`, "/console/sign-out", "/console/sign-in", "javascript:alert(1)", "/console/syncs\r\nSet-Cookie: a=b", " /console/syncs",
	} {
		g.Expect(nextOf(next)).To(Equal("/console/syncs"), next)
	}
}
