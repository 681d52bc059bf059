package apiclient

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// Console asks for a ticket, and gives the address at which it lets its user into the console. Without Options.URL the address
// leads there until the client is closed.
func (c *Client) Console(ctx context.Context) (address, user string, err error) {
	resp, err := c.do(ctx, http.MethodPost, findings.ConsoleTickets, nil, false)
	if err != nil {
		return "", "", err
	}
	defer resp.Body.Close()
	var ticket findings.ConsoleTicket
	if err := json.NewDecoder(resp.Body).Decode(&ticket); err != nil {
		return "", "", fmt.Errorf("read the operator's answer: %w", err)
	}
	return c.base + ticket.Path, ticket.User, nil
}
