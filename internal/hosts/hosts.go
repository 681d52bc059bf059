// Package hosts keeps the operator from being sent anywhere. A resource may name only hosts that the platform
// team allows, and a connection may go only to the addresses that such a host should have: never to the
// machine itself, to the metadata service or into the cluster, whatever a name resolves to.
package hosts

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// Vendors are the domains that are always allowed.
var Vendors = []string{"*.intralinks.com", "*.luminance.com"}

// Policy says which hosts and addresses may be called.
type Policy struct {
	patterns []string
	networks []netip.Prefix
	proxies  map[string]bool
}

// NewPolicy allows the vendors' domains and what allowed adds: host names with * as a wildcard, IP addresses,
// and networks such as 10.20.0.0/16, which allow names that resolve to addresses in them.
func NewPolicy(allowed []string) (*Policy, error) {
	p := &Policy{patterns: append([]string(nil), Vendors...), proxies: proxyHosts()}
	for _, entry := range allowed {
		entry = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(entry)), ".")
		if entry == "" {
			continue
		}
		if prefix, err := netip.ParsePrefix(entry); err == nil {
			p.networks = append(p.networks, prefix.Masked())
			continue
		}
		if ip, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
			ip = ip.Unmap()
			p.networks = append(p.networks, netip.PrefixFrom(ip, ip.BitLen()))
			p.patterns = append(p.patterns, ip.String())
			continue
		}
		if _, err := path.Match(entry, ""); err != nil || strings.ContainsAny(entry, "/:@ ") {
			return nil, fmt.Errorf("allowed host %q: write a host name such as vdr.example.com or *.example.com, an address, or a network such as 10.20.0.0/16", entry)
		}
		p.patterns = append(p.patterns, entry)
	}
	return p, nil
}

// Check tells whether a URL of a resource may be called. The error says what to do.
func (p *Policy) Check(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("%q is not a URL with a host", raw)
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, pattern := range p.patterns {
		if ok, _ := path.Match(pattern, host); ok { // the patterns were checked by NewPolicy
			return nil
		}
	}
	return fmt.Errorf("the operator may not call %s: correct the URL, or have the platform team add the host to --allowed-hosts (allowed: %s)",
		host, strings.Join(p.patterns, ", "))
}

// Transport makes an HTTP transport that connects only where the policy allows. A proxy of the environment is
// the platform team's own choice, so its address is not held against the policy.
func (p *Policy) Transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	guarded := *dialer
	guarded.Control = func(_, address string, _ syscall.RawConn) error { return p.checkAddress(address) }
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err == nil && p.proxies[strings.ToLower(host)] {
				return dialer.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   15 * time.Second,
		ExpectContinueTimeout: time.Second,
		// Long listings and large uploads are answered late, not never.
		ResponseHeaderTimeout: 5 * time.Minute,
		// HTTP/2 puts all requests on one connection. When that has died without a word, each of them would be
		// lost in turn. The limits are those of a slow line, whose buffers take long to empty.
		HTTP2: &http.HTTP2Config{SendPingTimeout: time.Minute, PingTimeout: time.Minute},
	}
}

// proxyHosts are the hosts of the environment's proxies. As for the transport itself, a proxy without a
// scheme, such as proxy.corp:3128, is one for http.
func proxyHosts() map[string]bool {
	hosts := map[string]bool{}
	config := httpproxy.FromEnvironment()
	for _, proxy := range []string{config.HTTPProxy, config.HTTPSProxy} {
		u, err := url.Parse(proxy)
		if err != nil || u.Host == "" {
			u, err = url.Parse("http://" + proxy)
		}
		if err == nil && u.Hostname() != "" {
			hosts[strings.ToLower(u.Hostname())] = true
		}
	}
	return hosts
}
