package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// admin speaks to the admin API of a simulator: the demo's view of the two ends, which the operator
// neither has nor influences.
type admin struct {
	base   string // the simulator's address
	client http.Client
}

func newAdmin(base string) *admin {
	return &admin{base: base + "/_sim", client: http.Client{Timeout: time.Minute}}
}

// get reads an answer into a value.
func (a *admin) get(ctx context.Context, path string, into any) error {
	return a.do(ctx, http.MethodGet, path, nil, into)
}

// do sends a body, if there is one, and reads the answer into a value, if one is wanted.
func (a *admin) do(ctx context.Context, method, path string, body []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, a.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s: %s", method, request.URL.Path, response.Status, cut(string(answer), 300))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}
