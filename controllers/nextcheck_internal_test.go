package controllers

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/connect"
)

// TestAServiceThatFailsIsAskedLessAndLessAndNeverGivenUp: no sync works meanwhile.
func TestAServiceThatFailsIsAskedLessAndLessAndNeverGivenUp(t *testing.T) {
	g := NewWithT(t)
	ended := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	result := &checked{Check: connect.Check{Ended: ended, Intralinks: &connect.Fault{Reason: v1alpha1.IntralinksUnreachableReason}}}
	var waits []time.Duration
	for failures := range int32(12) {
		integration := &v1alpha1.IntralinksIntegration{}
		integration.Status.FailedChecks = failures + 1
		waits = append(waits, nextCheck(integration, result).Sub(ended))
	}
	const give = 3 * time.Minute // the moments of an integration are five minutes apart
	g.Expect(waits[0]).To(BeNumerically("~", 5*time.Minute, give))
	g.Expect(waits[1]).To(BeNumerically("~", 10*time.Minute, give))
	for _, wait := range waits[2:] {
		g.Expect(wait).To(BeNumerically("~", 20*time.Minute, give))
	}
}
