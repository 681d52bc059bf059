package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// NoTokenError says that the kubeconfig signs in by something that can't be handed on.
type NoTokenError struct {
	// By is what it signs in by.
	By string
}

func (e *NoTokenError) Error() string {
	return "the operator's API takes a token, and the kubeconfig signs in by " + e.By
}

// tokenLife of a service account's token, in seconds: the shortest that the API server gives.
const tokenLife = 600

// tokenOf is the token that a kubeconfig signs in with: written in it, in a file that it names, or given by its plugin. It is
// taken from a request that never leaves, so every way that client-go knows works.
func tokenOf(ctx context.Context, config *rest.Config) (string, error) {
	if config.Impersonate.UserName != "" {
		return "", &NoTokenError{By: "an impersonated user (--as)"}
	}
	var capture captured
	signing, err := rest.HTTPWrappersForConfig(config, &capture)
	if err != nil {
		return "", fmt.Errorf("sign in as the kubeconfig says: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://localhost/", http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := signing.RoundTrip(req)
	if err == nil {
		resp.Body.Close() // there is none
	}
	if !errors.Is(err, errCaptured) {
		return "", fmt.Errorf("sign in as the kubeconfig says: %w", err)
	}
	scheme, token, _ := strings.Cut(capture.authorization, " ")
	switch {
	case strings.EqualFold(scheme, "Bearer") && token != "":
		return token, nil
	case scheme != "":
		return "", &NoTokenError{By: "name and password"}
	}
	return "", &NoTokenError{By: "a certificate"}
}

// captured notes what a request would carry, and lets none leave.
type captured struct{ authorization string }

var errCaptured = errors.New("captured")

func (c *captured) RoundTrip(r *http.Request) (*http.Response, error) {
	c.authorization = r.Header.Get("Authorization")
	return nil, errCaptured
}

// serviceAccountToken asks the API server for a token of a service account.
func serviceAccountToken(ctx context.Context, o Options) (string, error) {
	clients, err := kubernetes.NewForConfig(o.Config)
	if err != nil {
		return "", err
	}
	seconds := max(tokenLife, int64(o.TokenLife.Seconds()))
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	given, err := clients.CoreV1().ServiceAccounts(o.ServiceAccountNamespace).CreateToken(ctx, o.ServiceAccount, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("ask for a token of the service account %s/%s: %w", o.ServiceAccountNamespace, o.ServiceAccount, err)
	}
	return given.Status.Token, nil
}
