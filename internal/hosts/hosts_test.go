package hosts_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/hosts"
)

func policy(t *testing.T, allowed ...string) *hosts.Policy {
	t.Helper()
	p, err := hosts.NewPolicy(allowed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestURLsThatAResourceMayName(t *testing.T) {
	allowed := []string{"vdr.example.com", " *.Tenants.example.com ", "full.example.com.", "10.20.0.5", "[fd00::5]", "10.30.0.0/16", ""}
	for _, tt := range []struct {
		url string
		ok  bool
	}{
		{"https://api.intralinks.com", true},
		{"https://test-api.intralinks.com/some/path", true},
		{"https://acme-corporate.app.luminance.com", true},
		{"https://acme-corporate.app.luminance.com:8443", true},
		{"https://API.Intralinks.COM", true},
		{"https://api.intralinks.com.", true},
		{"https://vdr.example.com", true},
		{"https://acme.tenants.example.com", true},
		{"https://full.example.com", true},
		{"https://10.20.0.5:8443", true},
		{"https://[fd00::5]", true},

		{"https://intralinks.com", false},
		{"https://evil-intralinks.com", false},
		{"https://evilintralinks.com", false},
		{"https://intralinks.com.evil.example", false},
		{"https://api.intralinks.com.evil.example", false},
		{"https://api.intralinks.com@evil.example", false},
		{"https://api.intralinks.com:443@evil.example", false},
		{"https://evil.example/api.intralinks.com", false},
		{"https://evil.example?api.intralinks.com", false},
		{"https://evil.example#.intralinks.com", false},
		{"https://evil.example\\.intralinks.com", false},
		{"https://evil.example%2f.intralinks.com", false},
		{"https://tenants.example.com", false},
		{"https://other.example.com", false},
		{"https://localhost", false},
		{"https://127.0.0.1", false},
		{"https://[::1]", false},
		{"https://169.254.169.254", false},
		{"https://10.20.0.6", false},
		{"https://10.30.0.5", false}, // a network allows names that resolve into it, not any address of it
	} {
		t.Run(tt.url, func(t *testing.T) {
			err := policy(t, allowed...).Check(tt.url)
			if tt.ok {
				NewWithT(t).Expect(err).NotTo(HaveOccurred())
				return
			}
			NewWithT(t).Expect(err).To(HaveOccurred())
		})
	}
}

func TestARefusedURLIsExplained(t *testing.T) {
	g := NewWithT(t)
	g.Expect(policy(t, "vdr.example.com").Check("https://Evil.example:8443/x")).To(MatchError(
		"the operator may not call evil.example: correct the URL, or have the platform team add the host to --allowed-hosts " +
			"(allowed: *.intralinks.com, *.luminance.com, vdr.example.com)"))
	for _, raw := range []string{"", "api.intralinks.com", "https://", "https:///path", "https://%zz", "/path"} {
		g.Expect(policy(t).Check(raw)).To(MatchError(ContainSubstring("is not a URL with a host")), raw)
	}
}

func TestAnEntryThatNamesNoHostIsExplained(t *testing.T) {
	for _, entry := range []string{"https://vdr.example.com", "vdr.example.com:8443", "vdr.example.com/x", "a b", "me@vdr.example.com", "10.20.0.0/64", "[a"} {
		_, err := hosts.NewPolicy([]string{"*.example.com", entry})
		NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring(entry), ContainSubstring("write a host name such as vdr.example.com"))), entry)
	}
}

func TestThePolicyDoesNotChangeTheVendors(t *testing.T) {
	policy(t, "vdr.example.com")
	NewWithT(t).Expect(policy(t).Check("https://vdr.example.com")).NotTo(Succeed())
}

// server listens on a loopback address and notes connections; it is named by its address and as localhost.
func server(t *testing.T, address string) (byAddress, byName string, connections func() int) {
	t.Helper()
	accepted := make(chan struct{}, 16)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "here")
	}))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Listener.Close() // the one that it comes with
	s.Listener = listener
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			accepted <- struct{}{}
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return s.URL, "http://localhost:" + port, func() int { return len(accepted) }
}

func get(t *testing.T, p *hosts.Policy, target string) (string, error) {
	t.Helper()
	transport := p.Transport()
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestAConnectionGoesOnlyToAllowedAddresses(t *testing.T) {
	byAddress, byName, connections := server(t, "127.0.0.1:0")
	for _, tt := range []struct {
		name, url string
		allowed   []string
	}{
		{"a loopback address", byAddress, nil},
		{"a name that resolves to one", byName, nil},
		{"also where the name itself is allowed", byName, []string{"localhost"}},
		{"or another network", byName, []string{"localhost", "127.1.0.0/16", "10.0.0.0/8"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			before := connections()
			_, err := get(t, policy(t, tt.allowed...), tt.url)
			g.Expect(err).To(MatchError(And(ContainSubstring("is not a public address"), ContainSubstring("--allowed-hosts"))))
			g.Expect(connections()).To(Equal(before))
		})
	}
	for _, tt := range []struct {
		name, url string
		allowed   []string
	}{
		{"the address is allowed", byAddress, []string{"127.0.0.1"}},
		{"its network is", byName, []string{"127.0.0.0/8", "::1"}},
		{"in the way in which IPv6 writes it", byAddress, []string{"::ffff:127.0.0.1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body, err := get(t, policy(t, tt.allowed...), tt.url)
			NewWithT(t).Expect(body, err).To(Equal("here"))
		})
	}
}

func TestARedirectLeadsNoFurther(t *testing.T) {
	allowed, _, _ := server(t, "127.0.0.1:0")
	forbidden, _, connections := server(t, "127.0.0.2:0")
	_, err := get(t, policy(t, "127.0.0.1"), allowed+"/?to="+url.QueryEscape(forbidden))
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("the host resolves to 127.0.0.2")))
	NewWithT(t).Expect(connections()).To(BeZero())
}

// TestTheMetadataServiceIsNotAsked would wait for an answer if a packet were sent: the error of the policy
// comes from before the connect.
func TestTheMetadataServiceIsNotAsked(t *testing.T) {
	for _, address := range []string{"169.254.169.254:80", "[::ffff:169.254.169.254]:80", "[fd00:ec2::254]:80", "[64:ff9b::a9fe:a9fe]:80"} {
		_, err := policy(t).Transport().DialContext(t.Context(), "tcp", address)
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring("is not a public address")), address)
	}
}

func TestTheProxyOfTheEnvironmentIsThePlatformTeamsChoice(t *testing.T) {
	address, _, _ := server(t, "127.0.0.1:0")
	bare := strings.TrimPrefix(address, "http://")
	for _, proxy := range []string{address, "http://user:password@" + bare, bare} {
		t.Run(proxy, func(t *testing.T) {
			g := NewWithT(t)
			t.Setenv("HTTPS_PROXY", proxy)
			dial := policy(t).Transport().DialContext
			connection, err := dial(context.Background(), "tcp", bare)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(connection.Close()).To(Succeed())

			g.Expect(policy(t).Check(address)).NotTo(Succeed(), "a resource may still not name it")
			_, err = dial(context.Background(), "tcp", "127.0.0.2:9")
			g.Expect(err).To(MatchError(ContainSubstring("is not a public address")))
		})
	}
}
