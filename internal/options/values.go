package options

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"dataroom.dev/intralinks-operator/internal/hosts"
)

// The values of the flags. The flag package puts the flag's name and the value in front of their errors.

func (o *Options) address(into *string) func(string) error {
	return func(s string) error {
		*into = s
		if s == "0" {
			return nil
		}
		_, port, err := net.SplitHostPort(s)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return errors.New("write an address with a port, such as :8080 or 127.0.0.1:8080, or 0 for none")
		}
		return nil
	}
}

// loopback is an address that only what runs in the same pod reaches, or a port-forward to it: callers' tokens cross it in the
// clear.
func (o *Options) loopback(into *string) func(string) error {
	return func(s string) error {
		if err := o.address(into)(s); err != nil || s == "0" {
			return err
		}
		host, _, _ := net.SplitHostPort(s) // it was one
		if address, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !address.IsLoopback()) {
			return errors.New("write a loopback address, such as 127.0.0.1:8083, or 0 for none: tokens would cross any other in the clear; a sidecar that speaks TLS can pass it on")
		}
		return nil
	}
}

// apiHosts are names without a port, in small letters.
func (o *Options) apiHosts(s string) error {
	for _, host := range list(s) {
		host = strings.ToLower(host)
		if len(validation.IsDNS1123Subdomain(host)) > 0 {
			return fmt.Errorf("%q can't be a host name: write names without scheme and port, such as operator.example.com", host)
		}
		o.APIHosts = append(o.APIHosts, host)
	}
	return nil
}

// externalURL is an origin: the callback that Intralinks has registered is made of it. Cookies need https, but for a
// machine's own browser.
func (o *Options) externalURL(s string) error {
	s = strings.TrimSuffix(s, "/")
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Hostname() == "" || s != u.Scheme+"://"+u.Host || strings.HasSuffix(u.Host, ":") {
		return errors.New("write scheme and host only, such as https://operator.example.com; /auth/callback is added by itself")
	}
	loopback := u.Hostname() == "localhost"
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		loopback = address.IsLoopback()
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return errors.New("write https://, such as https://operator.example.com; http:// is for loopback addresses only")
	}
	o.ExternalURL = strings.ToLower(s)
	return nil
}

// SignInOrigin is ExternalURL where there are sign-in pages; empty where there are none.
func (o *Options) SignInOrigin() string {
	if o.SignInAddress == "0" {
		return ""
	}
	return o.ExternalURL
}

func boolean(into *bool) func(string) error {
	return func(s string) (err error) {
		if *into, err = strconv.ParseBool(s); err != nil {
			return errors.New("write true or false, after an =")
		}
		return nil
	}
}

func (o *Options) leaseNamespace(s string) error {
	o.LeaseNamespace = s
	return checkNamespace(s, "write a name such as intralinks-operator-system")
}

func (o *Options) leaseName(s string) error {
	if o.LeaseName = s; len(validation.IsDNS1123Subdomain(s)) > 0 {
		return errors.New("write a name for a Kubernetes object, such as intralinks-operator")
	}
	return nil
}

func (o *Options) namespaces(s string) error {
	o.Namespaces = list(s)
	for _, namespace := range o.Namespaces {
		if err := checkNamespace(namespace, "write names such as deals,tenant-a"); err != nil {
			return err
		}
	}
	return nil
}

func checkNamespace(name, advice string) error {
	if len(validation.IsDNS1123Label(name)) > 0 {
		return fmt.Errorf("%q can't be a namespace: %s", name, advice)
	}
	return nil
}

func (o *Options) selector(s string) (err error) {
	if o.Selector, err = labels.Parse(s); err != nil {
		return fmt.Errorf("%w; write a label selector such as tenant=acme", err)
	}
	return nil
}

func (o *Options) minInterval(s string) (err error) {
	if o.MinInterval, err = time.ParseDuration(s); err != nil || o.MinInterval < time.Minute {
		return errors.New("write a duration of at least 1m, such as 5m")
	}
	return nil
}

func (o *Options) transfers(s string) (err error) {
	if o.ConcurrentTransfers, err = strconv.Atoi(s); err != nil || o.ConcurrentTransfers < 1 || o.ConcurrentTransfers > 64 {
		return errors.New("write a number from 1 to 64")
	}
	return nil
}

func (o *Options) allowedHosts(s string) error {
	o.AllowedHosts = list(s)
	_, err := hosts.NewPolicy(o.AllowedHosts)
	return err
}

func (o *Options) logLevel(s string) error {
	if err := o.LogLevel.UnmarshalText([]byte(s)); s == "" || err != nil || o.LogLevel > zapcore.ErrorLevel {
		return errors.New("write debug, info, warn or error")
	}
	return nil
}

func (o *Options) logFormat(s string) error {
	if o.LogFormat = s; s != "json" && s != "text" {
		return errors.New("write json or text")
	}
	return nil
}

// list takes a comma-separated list apart; white space and empty parts are left out.
func list(s string) []string {
	var items []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
