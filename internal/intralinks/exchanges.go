package intralinks

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// keyWorkspace holds exchanges; the keys of the API are singular also where
// they hold lists (Intralinks Python SDK).
const keyWorkspace = "workspace"

// Exchanges lists the exchanges that the account can see, as they arrive.
// Listing needs no entry. The last pair carries the error, if any; a listing
// without one is whole: the server is asked for the total as well.
func (c *Client) Exchanges(ctx context.Context) iter.Seq2[Exchange, error] {
	lc := listCall{key: keyWorkspace, call: call{
		op: OpListExchanges, method: http.MethodGet, path: "v2/workspaces", query: "returnTotal=true",
		target: "the account",
	}}
	return sequence(func(give func(Exchange) bool) error {
		_, err := list[wireExchange](ctx, c, lc, give)
		return err
	})
}

// Exchange reads one exchange. Reading needs no entry (inferred from the tests
// of the Intralinks Python SDK). An id that does not exist and one that the
// account may not see both give class NotFoundOrDenied.
func (c *Client) Exchange(ctx context.Context, id int64) (Exchange, error) {
	lc := listCall{key: keyWorkspace, call: call{
		op: OpGetExchange, method: http.MethodGet, path: exchangePath(id), target: exchangeTarget(id),
	}}
	var found []Exchange
	_, err := list[wireExchange](ctx, c, lc, func(e Exchange) bool {
		found = append(found, e)
		return len(found) < 2 // a second one is a mistake, all of them would be a burden
	})
	switch {
	case err != nil && !errors.Is(err, errStop):
		return Exchange{}, err
	case len(found) == 0:
		return Exchange{}, &Error{Op: lc.op, Target: lc.target, Class: NotFoundOrDenied,
			Err: errors.New("the answer has no exchange")}
	case len(found) > 1 || found[0].ID != id:
		// v1 answers an id that it does not like with all exchanges
		// (Intralinks developer portal).
		return Exchange{}, &Error{Op: lc.op, Target: lc.target, Class: Permanent,
			Err: errors.New("the server answers with another exchange than the one asked for")}
	}
	return found[0], nil
}
