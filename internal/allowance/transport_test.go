package allowance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/budget"
)

// What must not be sent is not sent, and its slot is free again.
func TestNothingIsSentWithoutAClaim(t *testing.T) {
	c := newCluster(t)
	var came atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	t.Cleanup(server.Close)
	d := c.deployment("first", "")
	registry := budget.NewRegistry(nil, c.clock)
	limited, err := registry.For(t.Context(), instance)
	c.Expect(err).NotTo(HaveOccurred())
	hc := &http.Client{Transport: &budget.Transport{Budget: limited, Base: &allowance.Transport{
		Base: http.DefaultTransport, Claims: d, Instance: instance,
	}}}
	send := func() error {
		resp, err := hc.Post(server.URL, "text/plain", strings.NewReader("a document"))
		if err == nil {
			err = resp.Body.Close()
		}
		return err
	}

	c.Expect(send()).To(MatchError(ContainSubstring("may not spend from the allowance of this Luminance instance now")))
	c.Expect(came.Load()).To(BeZero())
	c.Expect(limited.State().Used).To(BeZero())
	c.has(d)
	c.Expect(send()).To(Succeed())
	c.Expect(limited.State().Used).To(Equal(1))
	c.clock.Step(time.Minute)
	c.Expect(send()).NotTo(Succeed())
	c.Expect(came.Load()).To(BeEquivalentTo(1))
}
