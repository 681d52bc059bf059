package apiclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// Options say how to reach the API, and as whom.
type Options struct {
	// Config of the cluster.
	Config *rest.Config
	// OperatorNamespace is where its pods are looked for, and nowhere else; empty: DefaultNamespace.
	OperatorNamespace string
	// URL where the API is reached without a port-forward, such as http://localhost:8083.
	URL string
	// ServiceAccount whose token is asked for, in its namespace, instead of that of the kubeconfig; empty: none.
	ServiceAccountNamespace, ServiceAccount string
	// TokenLife of that token; 0: ten minutes, the shortest that the API server gives.
	TokenLife time.Duration
}

// Client asks. It is for one goroutine.
type Client struct {
	options Options
	token   string
	http    *http.Client

	life  context.Context //nolint:containedctx // the port-forwards live as long as the client
	close context.CancelFunc
	// pods that may answer, the next one first; nil with a URL, or before the first question.
	pods []corev1.Pod
	// base is where the last answer came from.
	base string
}

const (
	// connectPatience is how long a connection may take.
	connectPatience = 30 * time.Second
	// answerPatience is how long an answer may take to begin: somewhat longer than the operator gives itself.
	answerPatience = 6 * time.Minute
)

// New finds the token; it asks nothing yet. Close the client when done.
func New(ctx context.Context, o Options) (*Client, error) {
	var token string
	var err error
	if o.ServiceAccount != "" {
		token, err = serviceAccountToken(ctx, o)
	} else {
		token, err = tokenOf(ctx, o.Config)
	}
	if err != nil {
		return nil, err
	}
	c := &Client{options: o, token: token}
	c.http = &http.Client{
		Transport:     &http.Transport{DialContext: (&net.Dialer{Timeout: connectPatience}).DialContext, ResponseHeaderTimeout: answerPatience},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if o.URL != "" {
		if err := c.useURL(o.URL); err != nil {
			return nil, err
		}
	}
	c.life, c.close = context.WithCancel(context.WithoutCancel(ctx))
	return c, nil
}

// useURL takes an address that nobody else can read along at.
func (c *Client) useURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("%q is no address of the operator's API: write one such as http://localhost:8083", raw)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("your token would cross the network to %s in the clear: write https://, or port-forward and write http://localhost:8083", u.Hostname())
	}
	c.base = strings.TrimRight(u.String(), "/")
	return nil
}

// Close ends the port-forwards.
func (c *Client) Close() {
	c.close()
	c.http.CloseIdleConnections()
}

// do sends a question to the replica that leads.
func (c *Client) do(ctx context.Context, method, path string, query url.Values, lines bool) (*http.Response, error) {
	var tried error
	for {
		if c.base == "" {
			if err := c.next(ctx); err != nil {
				return nil, errors.Join(tried, err)
			}
		}
		resp, err := c.ask(ctx, method, path, query, lines)
		refused := (*findings.Error)(nil)
		switch {
		case err == nil:
			return resp, nil
		case ctx.Err() != nil, c.options.URL != "":
			return nil, err
		case errors.As(err, &refused) && refused.Reason != findings.NotLeaderReason:
			return nil, err
		}
		c.base, tried = "", err
		if refused != nil && refused.Leader != "" {
			c.prefer(refused.Leader)
		}
	}
}

// next opens a way to the next replica.
func (c *Client) next(ctx context.Context) error {
	if c.pods == nil {
		pods, err := podsOf(ctx, c.options.Config, cmp.Or(c.options.OperatorNamespace, DefaultNamespace))
		if err != nil {
			return err
		}
		c.pods = pods
	}
	if len(c.pods) == 0 {
		return errNoPods
	}
	pod := c.pods[0]
	c.pods = c.pods[1:]
	address, err := forward(c.life, c.options.Config, &pod)
	if err != nil {
		return err
	}
	c.base = "http://" + address
	return nil
}

// prefer asks a replica next, if it is among those that were not asked.
func (c *Client) prefer(name string) {
	at := slices.IndexFunc(c.pods, func(p corev1.Pod) bool { return p.Name == name })
	if at > 0 {
		c.pods[0], c.pods[at] = c.pods[at], c.pods[0]
	}
}

func (c *Client) ask(ctx context.Context, method, path string, query url.Values, lines bool) (*http.Response, error) {
	address := c.base + "/api/v1/namespaces/" + path
	if strings.HasPrefix(path, "/") { // beside the questions
		address = c.base + path
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json")
	if lines {
		req.Header.Set("Accept", findings.MediaTypeLines)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the operator: %w", err)
	}
	if resp.StatusCode == http.StatusOK && mediaType(resp) != "" {
		return resp, nil
	}
	defer resp.Body.Close()
	var refused findings.Error
	if json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&refused) != nil || refused.Reason == "" {
		return nil, fmt.Errorf("what answers at %s with HTTP %d is not the operator's API", c.base, resp.StatusCode)
	}
	return nil, &refused
}

// mediaType of an answer, if it is one of the API's.
func mediaType(resp *http.Response) string {
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && kind != findings.MediaTypeLines {
		return ""
	}
	return kind
}
