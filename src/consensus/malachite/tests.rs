mod net;
mod scenarios;
mod unit;
