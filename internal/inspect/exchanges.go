package inspect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/jobs"
)

// Exchanges lists the exchanges that an integration's account can see, by name. It costs one request to Intralinks.
func (i *Inspector) Exchanges(ctx context.Context, integration types.NamespacedName) (*findings.Exchanges, error) {
	l, err := i.link(ctx, integration, intralinksSide)
	if err != nil {
		return nil, err
	}
	syncs, err := i.syncsOf(ctx, l.integration)
	if err != nil {
		return nil, err
	}
	found := &findings.Exchanges{Account: l.integration.Status.Account, Items: []findings.Exchange{}}
	for e, err := range l.Intralinks.Exchanges(ctx) {
		if err != nil {
			return nil, asError(err, i.Clock.Now())
		}
		found.Items = append(found.Items, exchangeOf(e, syncs))
	}
	slices.SortFunc(found.Items, func(a, b findings.Exchange) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	found.Items = slices.CompactFunc(found.Items, func(a, b findings.Exchange) bool { return a.ID == b.ID })
	return found, nil
}

// Exchange tells of one exchange, by its id or its name, and of the splash screen at its entrance. It costs two requests
// to Intralinks, and enters nothing.
func (i *Inspector) Exchange(ctx context.Context, integration types.NamespacedName, exchange string) (*findings.Exchange, error) {
	l, err := i.link(ctx, integration, intralinksSide)
	if err != nil {
		return nil, err
	}
	e, err := resolveExchange(ctx, l.Intralinks, exchange)
	if err != nil {
		return nil, asError(err, i.Clock.Now())
	}
	syncs, err := i.syncsOf(ctx, l.integration)
	if err != nil {
		return nil, err
	}
	found := exchangeOf(*e, syncs)
	splash, err := l.Intralinks.Splash(ctx, e.ID)
	switch {
	case intralinks.ClassOf(err) == intralinks.NotFoundOrDenied:
		found.Splash = &findings.Splash{}
	case err != nil:
		return nil, asError(err, i.Clock.Now())
	default:
		found.Splash = &findings.Splash{
			Required: splash.Required, TextHash: splash.TextHash(), Accepted: consent(syncs, e.ID).AcceptSplash,
		}
	}
	return &found, nil
}

func exchangeOf(e intralinks.Exchange, syncs []v1alpha1.FolderSync) findings.Exchange {
	found := findings.Exchange{ID: e.ID, Name: e.Name, Host: e.Host, Phase: e.Phase, Type: e.Type, SecurityLevel: e.SecurityLevel}
	for i := range syncs {
		if reads(&syncs[i], e.ID) {
			found.Syncs = append(found.Syncs, syncs[i].Name)
		}
	}
	slices.Sort(found.Syncs)
	return found
}

// syncsOf gives the FolderSyncs of an integration.
func (i *Inspector) syncsOf(ctx context.Context, integration *v1alpha1.IntralinksIntegration) ([]v1alpha1.FolderSync, error) {
	var list v1alpha1.FolderSyncList
	if err := i.Objects.List(ctx, &list, client.InNamespace(integration.Namespace)); err != nil {
		return nil, asError(fmt.Errorf("list the FolderSyncs of the namespace: %w", err), i.Clock.Now())
	}
	return slices.DeleteFunc(list.Items, func(s v1alpha1.FolderSync) bool { return s.Spec.IntegrationRef.Name != integration.Name }), nil
}

// reads tells whether a sync reads an exchange.
func reads(sync *v1alpha1.FolderSync, exchange int64) bool {
	if resolved := sync.Status.Exchange; resolved != nil {
		return resolved.ID == exchange
	}
	id := sync.Spec.Source.Exchange.ID
	return id != nil && *id == exchange
}

// consent is what may be accepted at the entrance of an exchange: what a sync of it consents to, or else nothing. Nobody
// accepts an NDA by looking around.
func consent(syncs []v1alpha1.FolderSync, exchange int64) intralinks.Entry {
	for i := range syncs {
		if sync := &syncs[i]; reads(sync, exchange) && sync.Spec.Source.Splash.Accept {
			return jobs.Entry(sync)
		}
	}
	return intralinks.Entry{}
}

// resolveExchange finds an exchange by its id, or by its name where it is none.
func resolveExchange(ctx context.Context, c *intralinks.Client, exchange string) (*intralinks.Exchange, error) {
	if id, err := strconv.ParseInt(exchange, 10, 64); err == nil && id > 0 {
		e, err := c.Exchange(ctx, id)
		return &e, err
	}
	var found []intralinks.Exchange
	for e, err := range c.Exchanges(ctx) {
		if err != nil {
			return nil, err
		}
		if e.Name == exchange {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 0:
		return nil, &findings.Error{Code: 404, Reason: v1alpha1.ExchangeNotFoundReason, Message: fmt.Sprintf(
			"no exchange that this account can see is named %q; name one of those that `kubectl intralinks exchanges` lists, by its id or its name", exchange)}
	case 1:
		return &found[0], nil
	}
	return nil, &findings.Error{Code: 409, Reason: v1alpha1.ExchangeAmbiguousReason, Message: fmt.Sprintf(
		"%d exchanges are named %q; name the one you mean by its id", len(found), exchange)}
}
