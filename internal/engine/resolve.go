package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// resolveExchange finds the exchange. What an earlier run found is kept: an exchange that is renamed stays
// the same exchange.
func (r *run) resolveExchange(ctx context.Context) (err error) {
	switch source := r.job.Source; {
	case source.Known != nil:
		r.exchange = source.Known
	case source.ExchangeID != 0:
		r.exchange, err = r.exchangeByID(ctx, source.ExchangeID)
	default:
		r.exchange, err = r.exchangeByName(ctx, source.ExchangeName)
	}
	return err
}

func (r *run) exchangeByID(ctx context.Context, id int64) (*Reference, error) {
	exchange, err := r.job.Intralinks.Exchange(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Reference{ID: exchange.ID, Name: exchange.Name}, nil
}

func (r *run) exchangeByName(ctx context.Context, name string) (*Reference, error) {
	var matches []intralinks.Exchange
	seen := 0
	for exchange, err := range r.job.Intralinks.Exchanges(ctx) {
		if err != nil {
			return nil, err
		}
		seen++
		if exchange.Name == name {
			matches = append(matches, exchange)
		}
	}
	switch len(matches) {
	case 0:
		return nil, &Failure{Reason: v1alpha1.ExchangeNotFoundReason, Message: fmt.Sprintf(
			"no exchange named %q is among the %d that this account can see; compare the name with status.exchanges of the integration, "+
				"or ask the exchange's manager to add the account", name, seen)}
	case 1:
		return &Reference{ID: matches[0].ID, Name: matches[0].Name}, nil
	}
	ids := make([]int64, len(matches))
	for i := range matches {
		ids[i] = matches[i].ID
	}
	return nil, &Failure{Reason: v1alpha1.ExchangeAmbiguousReason, Stalled: true, Message: fmt.Sprintf(
		"%d exchanges are named %q (ids %s); create a FolderSync that names the one you mean by source.exchange.id", len(matches), name, joinIDs(ids))}
}

// resolveDivision finds the Division, at the cost of one request, once.
func (r *run) resolveDivision(ctx context.Context) error {
	if known := r.job.Destination.Known; known != nil {
		r.division = known
		return nil
	}
	ref := r.job.Destination.Division
	division, err := r.job.Luminance.ResolveDivision(ctx, ref)
	var ambiguous *luminance.AmbiguousError
	switch {
	case err == nil:
		r.division = &Reference{ID: division.ID, Name: division.Name}
		return nil
	case errors.As(err, &ambiguous):
		return &Failure{Reason: v1alpha1.DivisionAmbiguousReason, Stalled: true, Err: err, Message: fmt.Sprintf(
			"several Divisions match %s: %s; create a FolderSync that names the one you mean by destination.division.id", describe(ref), candidates(ambiguous))}
	case luminance.ClassOf(err) == luminance.NotFound:
		return &Failure{Reason: v1alpha1.DivisionNotFoundReason, Err: err, Message: fmt.Sprintf(
			"no Division %s that the service user can see; compare it with Luminance, or give the service user a role in the Division", describe(ref))}
	}
	return err
}

func describe(ref luminance.DivisionRef) string {
	switch {
	case ref.ID != 0:
		return fmt.Sprintf("with id %d", ref.ID)
	case ref.Moniker != "":
		return fmt.Sprintf("with moniker %q", ref.Moniker)
	}
	return fmt.Sprintf("named %q", ref.Name)
}

func candidates(e *luminance.AmbiguousError) string {
	parts := make([]string, 0, len(e.Candidates))
	for _, d := range e.Candidates {
		parts = append(parts, fmt.Sprintf("id %d (moniker %q)", d.ID, d.Moniker))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
