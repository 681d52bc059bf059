package simulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func status(t *testing.T, url string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestBothServeUntilClosed(t *testing.T) {
	g := NewWithT(t)
	received := filepath.Join(t.TempDir(), "received")
	r, err := simulator.Start(t.Context(), simulator.Options{Received: received})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(status(t, r.IntralinksURL+"/v2/workspaces")).To(Equal(401))
	g.Expect(status(t, r.LuminanceURL+"/api2/users/me")).To(Equal(401))
	g.Expect(status(t, r.SignInURL+"/login")).To(Equal(400), "nobody was sent there")
	g.Expect(r.Received).To(Equal(received))
	g.Expect(received).To(BeADirectory())
	g.Expect(r.Close()).To(Succeed())
	g.Expect([]int{status(t, r.IntralinksURL), status(t, r.LuminanceURL), status(t, r.SignInURL)}).To(Equal([]int{0, 0, 0}))
}

func TestPeopleSignInAtAnotherOrigin(t *testing.T) {
	g := NewWithT(t)
	r, err := simulator.Start(t.Context(), simulator.Options{Received: t.TempDir(), Callback: "http://127.0.0.1:8082/auth/callback"})
	g.Expect(err).NotTo(HaveOccurred())
	defer r.Close()
	g.Expect(r.SignInURL).NotTo(Equal(r.IntralinksURL))
	// The redirect is followed to the page.
	g.Expect(status(t, r.IntralinksURL+"/v2/oauth/authorize?client_id="+intralinks.DefaultAPIKey)).To(Equal(200))
	_, err = simulator.Start(t.Context(), simulator.Options{Received: t.TempDir(), Callback: "nowhere"})
	g.Expect(err).To(MatchError(ContainSubstring("callback is a whole URL")))
}

// TestTheyShareNothing holds that a switch, a fault or a request of one is none of
// the other.
func TestTheyShareNothing(t *testing.T) {
	g := NewWithT(t)
	r, err := simulator.Start(t.Context(), simulator.Options{Received: t.TempDir()})
	g.Expect(err).NotTo(HaveOccurred())
	defer r.Close()
	g.Expect(r.Intralinks.Control().Set("strict", "off")).To(Succeed())
	g.Expect(r.Luminance.Control().Get("strict")).To(Equal("on"))
	status(t, r.IntralinksURL+"/v2/workspaces")
	g.Expect(r.Intralinks.Control().Requests()).To(HaveLen(1))
	g.Expect(r.Luminance.Control().Requests()).To(BeEmpty())
}

func TestAFolderIsServedAsTheFirstExchange(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(os.WriteFile(filepath.Join(dir, "Lease.pdf"), []byte("x"), 0o600)).To(Succeed())
	r, err := simulator.Start(t.Context(), simulator.Options{DataRoom: dir, Received: t.TempDir()})
	g.Expect(err).NotTo(HaveOccurred())
	defer r.Close()
	first := r.Intralinks.Exchanges()[0]
	g.Expect(first.Name).To(Equal("Project Heron"))
	g.Expect(first.Room.Documents()).To(HaveLen(1))
	g.Expect(first.Room.Documents()[0].FileName()).To(Equal("Lease.pdf"))
}

func TestBudget(t *testing.T) {
	for budget, want := range map[string][2]string{
		"": {"100", "10m0s"}, "unlimited": {"0", "10m0s"}, "7/30s": {"7", "30s"},
	} {
		g := NewWithT(t)
		r, err := simulator.Start(t.Context(), simulator.Options{Received: t.TempDir(), Budget: budget})
		g.Expect(err).NotTo(HaveOccurred())
		control := r.Luminance.Control()
		g.Expect([2]string{control.Get("budgetRequests"), control.Get("budgetPer")}).To(Equal(want), budget)
		g.Expect(r.Close()).To(Succeed())
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	g := NewWithT(t)
	first, err := simulator.Start(t.Context(), simulator.Options{Received: t.TempDir()})
	g.Expect(err).NotTo(HaveOccurred())
	defer first.Close()
	taken := first.LuminanceURL[len("http://"):]
	_, err = simulator.Start(context.WithoutCancel(t.Context()), simulator.Options{Received: t.TempDir(), LuminanceAddress: taken})
	g.Expect(err).To(MatchError(And(ContainSubstring("Luminance"), ContainSubstring(taken), ContainSubstring("choose another address"))))
}

func TestTheyServeByTLSToWhoTrustsTheirCertificate(t *testing.T) {
	g := NewWithT(t)
	r, err := simulator.Start(t.Context(), simulator.Options{Received: t.TempDir(), TLS: true})
	g.Expect(err).NotTo(HaveOccurred())
	defer r.Close()
	g.Expect(status(t, r.IntralinksURL+"/v2/workspaces")).To(BeZero(), "who trusts nobody but the public ones")
	trusted := x509.NewCertPool()
	g.Expect(trusted.AppendCertsFromPEM([]byte(r.Certificate))).To(BeTrue())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	for _, url := range []string{r.IntralinksURL + "/v2/workspaces", r.LuminanceURL + "/api2/users/me"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		g.Expect(err).NotTo(HaveOccurred())
		response, err := (&http.Client{Transport: transport}).Do(request)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(response.Body.Close()).To(Succeed())
		g.Expect(response.StatusCode).To(Equal(401))
	}
}
