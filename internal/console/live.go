package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// allowed lets a visit go on only if the API server says, asked by this person, that they may get what a question is about.
func (v *visit) allowed(resource string) error {
	name := v.named()
	may, err := v.who.may(v.r.Context(), "get", resource, name.Namespace, name.Name)
	if err != nil {
		return err
	}
	if !may {
		return &findings.Error{Code: http.StatusForbidden, Reason: findings.ForbiddenReason,
			Message: "It takes the right to get " + resource + " of " + name.String() + ". Ask whoever gives rights in that namespace."}
	}
	return nil
}

// inTurn makes a page with live data, unless as many are being made as can be.
func (c *Console) inTurn(next step) step {
	return func(v *visit) error {
		select {
		case c.asking <- struct{}{}:
			defer func() { <-c.asking }()
			return next(v)
		default:
			return &findings.Error{Code: http.StatusTooManyRequests, Reason: findings.BusyReason, Message: "The operator answers as many questions as it can at once. Load the page again in a moment."}
		}
	}
}

// failLive answers for what couldn't be found out.
func (c *Console) failLive(w http.ResponseWriter, v *visit, err error) {
	var why *findings.Error
	switch {
	case errors.As(err, &why):
		c.tell(w, v, why.Code, titleOf(why), sentence(why.Message))
	case errors.Is(err, context.DeadlineExceeded):
		c.tell(w, v, http.StatusGatewayTimeout, "There was no answer in time", "The service is slow, or the allowance of requests is used up for now. Try again in some minutes.")
	default:
		c.Log.Error(err, "a page of the console")
		c.tell(w, v, http.StatusServiceUnavailable, "This didn’t work", "The API server or the operator’s records can’t be reached at the moment. Try again in a minute; if it stays, ask whoever looks after the operator.")
	}
}

func titleOf(why *findings.Error) string {
	switch why.Reason {
	case findings.ForbiddenReason:
		return "Your account may not see that"
	case findings.NotFoundReason:
		return "It isn’t there"
	case findings.NotReadyReason:
		return "Not yet"
	}
	if why.Code >= http.StatusInternalServerError || why.Code == http.StatusTooManyRequests {
		return "This can’t be found out now"
	}
	return "This doesn’t work as it stands"
}

// list is what pages with a cursor have in common.
type list struct {
	Query       string
	Narrowed    bool
	Total       int64
	First, Next string
	Warning     string
}

// listOf pages by a cursor: there is a way on, and one back to the beginning.
func listOf[T any](query url.Values, found *findings.Page[T]) list {
	l := list{
		Query: query.Get("q"), Narrowed: query.Get("q") != "" || query.Get("reason") != "", Total: found.Total, Warning: sentence(found.Warning),
	}
	if query.Get("after") != "" {
		l.First = altered(query, "after", "")
	}
	if found.Next != "" {
		l.Next = altered(query, "after", found.Next)
	}
	return l
}

func queryFor(query url.Values) findings.Query {
	return findings.Query{Search: query.Get("q"), Reason: query.Get("reason"), After: query.Get("after"), Limit: pageSize}
}
