package luminance

import (
	"context"
	"iter"
	"net/http"
)

// Divisions gives all Divisions that the service user can see, in any state, in one request where the answer is clearly
// whole; see Paging.
func (c *Client) Divisions(ctx context.Context) iter.Seq2[Division, error] {
	return list[Division](ctx, c, request{op: opListDivisions, method: http.MethodGet, path: "/projects"}, true)
}
