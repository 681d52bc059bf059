// Package connect turns an IntralinksIntegration into clients. It reads the Secrets one by one, by name, and
// builds anew when one of them or the spec has changed; so a rotated key takes effect without a restart, and
// nothing else ever sees a secret.
package connect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/hosts"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
	"dataroom.dev/intralinks-operator/internal/tokens"
)

// Connection is what an integration stands for.
type Connection struct {
	// Revision of the Secrets; it holds nothing of their content.
	Revision string
	// Instance is the host of the Luminance instance, with its port where it has one.
	Instance string
	// Account is the e-mail of the Intralinks account; empty where it isn't known.
	Account string

	Intralinks       *intralinks.Client
	IntralinksTokens *bearer.Source
	Luminance        *luminance.Client
	LuminanceTokens  *bearer.Source
	Budget           *budget.Budget

	// refusedBy Intralinks and by Luminance.
	refusedByIntralinks, refusedByLuminance refusal

	patience time.Duration
	clock    clock.PassiveClock
}

// Problem is why there is no connection, for the integration's conditions.
type Problem struct {
	Reason, Message string
}

func (p *Problem) Error() string { return p.Reason + ": " + p.Message }

// Connector makes connections and keeps them while nothing changes.
type Connector struct {
	// Reader reads Secrets. It must not be a cache, which would list and watch all of them.
	Reader  client.Reader
	Hosts   *hosts.Policy
	Budgets *budget.Registry
	// Claims, which may be nil, are the instances whose allowance no other deployment spends.
	Claims *allowance.Claims
	Log    logr.Logger
	// Patience is how long a check waits for an answer of either service; 5 minutes by default. The wait for a
	// request of Luminance's allowance is no part of it.
	Patience time.Duration
	// Decorate, which may be nil, puts something around the transport to an API, "intralinks" or "luminance". It sees
	// each request that is sent, after its wait for the budget.
	Decorate func(api string, base http.RoundTripper) http.RoundTripper
	// Tokens are what people's sign-ins left; for the grant AuthorizationCode.
	Tokens *tokens.Secrets
	// ExternalURL is the origin that people and Intralinks reach the operator's pages by; empty if it has none.
	ExternalURL string
	// Clock is the machine's by default.
	Clock clock.WithTicker

	once      sync.Once
	transport *http.Transport
	mu        sync.Mutex
	cache     map[types.NamespacedName]cached
}

type cached struct {
	key        string
	connection *Connection
}

// Connect gives the connection of an integration. Its errors are *Problem, or of the API server.
func (c *Connector) Connect(ctx context.Context, integration *v1alpha1.IntralinksIntegration) (*Connection, error) {
	secrets, err := c.readSecrets(ctx, integration)
	if err != nil {
		return nil, err
	}
	if err := c.checkHosts(integration); err != nil {
		return nil, err
	}
	if integration.Spec.Intralinks.Grant == v1alpha1.AuthorizationCodeGrant {
		stored, err := c.signedIn(ctx, integration)
		if err != nil {
			return nil, err
		}
		// Another sign-in is another connection; a renewal isn't.
		secrets.email = stored.Account
		secrets.revision = revisionOf(secrets.revision, stored.ObtainedAt.String())
	}
	if err := c.claim(ctx, integration); err != nil {
		return nil, err
	}
	name := client.ObjectKeyFromObject(integration)
	key := keyOf(integration, secrets.revision)
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.cache[name]; ok && kept.key == key {
		return kept.connection, nil
	}
	connection, err := c.build(ctx, integration, secrets)
	if err != nil {
		return nil, err
	}
	former, changed := c.cache[name]
	if c.cache == nil {
		c.cache = map[types.NamespacedName]cached{}
	}
	c.cache[name] = cached{key: key, connection: connection}
	if changed && former.connection.Instance != connection.Instance {
		c.leave(former.connection.Instance, name)
	}
	return connection, nil
}

// Kept gives the connection of an integration whose status names the revision of the Secrets that it was made of, without
// a look at those: who has them looked at once a minute need not do so for each of thousands of runs. It is nil where
// there is none, nor where the instance's allowance isn't ours to spend.
func (c *Connector) Kept(integration *v1alpha1.IntralinksIntegration) *Connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.cache[client.ObjectKeyFromObject(integration)]
	if !ok || kept.key != keyOf(integration, integration.Status.CredentialsRevision) || !c.Claims.Holds(kept.connection.Instance) {
		return nil
	}
	return kept.connection
}

func keyOf(integration *v1alpha1.IntralinksIntegration, revision string) string {
	return fmt.Sprintf("%s/%d/%s", integration.UID, integration.Generation, revision)
}

// Forget drops the connection of an integration that is gone.
func (c *Connector) Forget(name types.NamespacedName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.cache[name]; ok {
		delete(c.cache, name)
		c.leave(kept.connection.Instance, name)
	}
}

// checkHosts holds every address that the spec names against the policy, the page among them that a person is sent to.
func (c *Connector) checkHosts(integration *v1alpha1.IntralinksIntegration) error {
	type named struct{ field, url string }
	urls := []named{
		{"spec.intralinks.baseURL", IntralinksURL(integration)},
		{"spec.intralinks.authURL", authURL(integration)},
		{"spec.luminance.baseURL", integration.Spec.Luminance.BaseURL},
	}
	if in := integration.Spec.Intralinks.SignIn; in != nil {
		urls = append(urls,
			named{"spec.intralinks.signIn.authorizeURL", in.AuthorizeURL},
			named{"spec.intralinks.signIn.tokenURL", in.TokenURL},
			named{"spec.intralinks.signIn.revokeURL", in.RevokeURL})
	}
	for _, u := range urls {
		if u.url == "" {
			continue
		}
		if err := c.Hosts.Check(u.url); err != nil {
			return &Problem{Reason: v1alpha1.HostNotAllowedReason, Message: u.field + ": " + err.Error()}
		}
	}
	return nil
}

func (c *Connector) build(ctx context.Context, integration *v1alpha1.IntralinksIntegration, secrets *secrets) (*Connection, error) {
	c.roundTripper()
	connection := &Connection{Revision: secrets.revision, Instance: InstanceOf(integration), Account: secrets.email, patience: cmp.Or(c.Patience, defaultPatience), clock: c.clock()}
	if err := c.connectIntralinks(integration, secrets, connection); err != nil {
		return nil, err
	}
	return connection, c.connectLuminance(ctx, integration, secrets, connection)
}

func (c *Connector) roundTripper() *http.Transport {
	c.once.Do(func() { c.transport = c.Hosts.Transport() })
	return c.transport
}

func (c *Connector) clock() clock.WithTicker {
	if c.Clock == nil {
		return clock.RealClock{}
	}
	return c.Clock
}

// fetchOf is how an integration gets its tokens for Intralinks.
func (c *Connector) fetchOf(integration *v1alpha1.IntralinksIntegration, s *secrets, hc *http.Client) (bearer.Fetch, error) {
	switch spec := integration.Spec.Intralinks; {
	case spec.Grant == v1alpha1.AuthorizationCodeGrant:
		keeper, err := c.keeper(integration, s)
		if err != nil {
			return nil, err
		}
		return keeper.Token, nil
	case spec.AuthAPIVersion == v1alpha1.AuthAPIVersionV2:
		return intralinks.ClientCredentialsV2(authURL(integration), s.apiKey, s.apiSecret, s.email, s.password, spec.EndOtherSessions, hc), nil
	}
	return intralinks.ClientCredentialsV3(authURL(integration), s.apiKey, s.apiSecret, hc), nil
}

func (c *Connector) connectIntralinks(integration *v1alpha1.IntralinksIntegration, s *secrets, connection *Connection) (err error) {
	hc := &http.Client{Transport: c.decorated("intralinks", c.transport)}
	fetch, err := c.fetchOf(integration, s, hc)
	if err != nil {
		return err
	}
	connection.IntralinksTokens = bearer.NewSource(connection.refusedByIntralinks.guard(fetch, func(err error) bool {
		return intralinks.ClassOf(err) == intralinks.InvalidCredentials
	}))
	connection.Intralinks, err = intralinks.New(intralinks.Options{
		BaseURL: IntralinksURL(integration), HTTPClient: hc, Tokens: connection.IntralinksTokens, Log: c.Log,
	})
	return err
}

// connectLuminance puts the budget below everything that sends: retries and renewed tokens count, too. Below the
// budget comes only what must not take the wait for it for a stalled connection.
func (c *Connector) connectLuminance(ctx context.Context, integration *v1alpha1.IntralinksIntegration, s *secrets, connection *Connection) (err error) {
	spec := integration.Spec.Luminance
	c.Budgets.Configure(connection.Instance, client.ObjectKeyFromObject(integration).String(), LimitOf(spec.RequestBudget))
	if connection.Budget, err = c.Budgets.For(ctx, connection.Instance); err != nil {
		return err
	}
	watched := &allowance.Transport{
		Base: c.decorated("luminance", &luminance.Watchdog{Base: c.transport}), Claims: c.Claims, Instance: connection.Instance,
	}
	hc := &http.Client{Transport: &budget.Transport{Base: watched, Budget: connection.Budget}}
	fetch := connection.refusedByLuminance.guard(luminance.ClientCredentials(spec.BaseURL, s.clientID, s.clientSecret, hc), func(err error) bool {
		return luminance.ClassOf(err) == luminance.InvalidCredentials
	})
	// A new token is what everybody waits for, so it has the next request that is free, whenever that is.
	connection.LuminanceTokens = bearer.NewSourceAfter(connection.Budget.Prepay, fetch)
	connection.Luminance, err = luminance.New(luminance.Options{
		BaseURL: spec.BaseURL, Version: luminance.APIVersion(spec.APIVersion), HTTPClient: hc,
		Tokens: connection.LuminanceTokens, Log: c.Log, Clock: c.clock(),
	})
	return err
}

func (c *Connector) decorated(api string, base http.RoundTripper) http.RoundTripper {
	if c.Decorate == nil {
		return base
	}
	return c.Decorate(api, base)
}

// LimitOf turns the spec into a budget's limit.
func LimitOf(b v1alpha1.RequestBudget) budget.Limit {
	limit := budget.Limit{Requests: int(b.Requests)}
	if b.Per != nil {
		limit.Per = b.Per.Duration
	}
	if b.Reserve != nil {
		limit.Reserve = int(*b.Reserve)
	}
	return limit
}

// IntralinksURL is where resource calls go. The default for v3 is inferred from the host that the vendor's
// preview environment uses for v3 sign-in and v2 resources.
func IntralinksURL(integration *v1alpha1.IntralinksIntegration) string {
	switch spec := integration.Spec.Intralinks; {
	case spec.BaseURL != "":
		return spec.BaseURL
	case spec.AuthAPIVersion == v1alpha1.AuthAPIVersionV2:
		return "https://api.intralinks.com"
	}
	return "https://apps.intralinks.com"
}

func authURL(integration *v1alpha1.IntralinksIntegration) string {
	if url := integration.Spec.Intralinks.AuthURL; url != "" {
		return url
	}
	return IntralinksURL(integration)
}

// SourceOf is the host that exchanges are read from, spelled as InstanceOf does it.
func SourceOf(integration *v1alpha1.IntralinksIntegration) string {
	return hostOf(IntralinksURL(integration))
}

// InstanceOf is the host that stands for an integration's Luminance instance in the ledger, the budget and the
// claims on a destination: spelled one way, with its port only where that isn't the scheme's own.
func InstanceOf(integration *v1alpha1.IntralinksIntegration) string {
	return hostOf(integration.Spec.Luminance.BaseURL)
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "" // the API server lets no such URL through
	}
	host, port := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return host
	}
	return host + ":" + port
}

// revisionOf tells Secrets apart by what the API server calls them, not by what is in them.
func revisionOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:8])
}
