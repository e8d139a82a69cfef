// A program: prints the access token that Google's Application Default Credentials come to in its environment.
import { GoogleAuth } from 'google-auth-library';

const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
process.stdout.write((await auth.getAccessToken()) ?? 'none');
