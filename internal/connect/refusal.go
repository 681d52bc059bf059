package connect

import (
	"context"
	"sync"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
)

// refusal remembers that a service has refused the credentials. Every run would find out for itself otherwise, and
// accounts lock after a few times.
type refusal struct {
	mu  sync.Mutex
	err error
}

// guard makes no further sign-in after one that was refused, until forget; it repeats the answer.
func (r *refusal) guard(fetch bearer.Fetch, refused func(error) bool) bearer.Fetch {
	return func(ctx context.Context) (*oauth2.Token, error) {
		if err := r.remembered(); err != nil {
			return nil, err
		}
		token, err := fetch(ctx)
		if err != nil && refused(err) {
			r.remember(err)
		}
		return token, err
	}
}

// forget lets the next sign-in happen.
func (r *refusal) forget() { r.remember(nil) }

func (r *refusal) remember(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *refusal) remembered() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}
