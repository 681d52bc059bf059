package luminance

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// System is what an instance says about itself.
type System struct {
	Product    string `json:"product"` // corporate, diligence, review …
	Version    string `json:"version"`
	APIVersion string `json:"api2_version"` // informational
}

// System asks an instance what it is (GET /api2/).
func (c *Client) System(ctx context.Context) (System, error) {
	r := &request{op: opSystem, method: http.MethodGet, path: "/"}
	var s System
	err := c.retry(ctx, func() error {
		return c.get(ctx, r, func(resp *http.Response) error {
			err := json.NewDecoder(io.LimitReader(resp.Body, elementLimit)).Decode(&s)
			if err == nil && s == (System{}) {
				return errShape // of some other service
			}
			return err
		})
	})
	return s, err
}

// User is an account of the instance.
type User struct {
	ID             int64
	Username, Name string
	Email          string
	AccountID      int64
	State          string // active, disabled
}

// Me asks who the service user is (GET /api2/users/me).
func (c *Client) Me(ctx context.Context) (User, error) {
	return one[User](ctx, c, &request{op: opMe, method: http.MethodGet, path: "/users/me"})
}

func (u User) key() int64 { return u.ID }

// UnmarshalJSON decodes the API's form.
func (u *User) UnmarshalJSON(data []byte) error {
	var w struct {
		ID        lenientInt    `json:"id"`
		Username  lenientString `json:"username"`
		Name      lenientString `json:"name"`
		Email     lenientString `json:"email"`
		AccountID lenientInt    `json:"account_id"`
		State     lenientString `json:"state"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*u = User{
		ID: int64(w.ID), Username: string(w.Username), Name: string(w.Name),
		Email: string(w.Email), AccountID: int64(w.AccountID), State: string(w.State),
	}
	return nil
}
